"""What must be true of what arrived and of what is about to be published, as functions that return lists."""
