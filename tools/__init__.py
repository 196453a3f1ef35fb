"""What developers run and houses do not."""
