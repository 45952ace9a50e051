"""Who handed in what: from an export of a class to the answers of a student."""
