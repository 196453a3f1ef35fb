"""What people say to one another: threads, messages, comments on everything."""
