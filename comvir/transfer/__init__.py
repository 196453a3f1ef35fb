"""What comes from other places and goes there: archives taken in, and the account given of it."""
