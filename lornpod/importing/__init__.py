"""What was published elsewhere, made into authored files."""
