"""From a student's answers to points, statuses and diagnoses."""
