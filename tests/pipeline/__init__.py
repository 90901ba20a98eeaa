"""The whole way from files to what is published."""
