"""What stands behind the metrics: their examples, means, bins and thresholds."""
