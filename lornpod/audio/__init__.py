"""What a sound file is, what it becomes, and what it says of itself."""
