"""Landing: batches, quarantine, replay."""
