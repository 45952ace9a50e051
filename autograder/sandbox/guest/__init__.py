"""What runs inside the sandbox. Nothing here knows a test, a grade or a student."""
