"""Settings, money, errors and the reader contract: small and pure, imported by every other room."""
