"""Measurements, never timed tests: machines are noisy, so figures are shares and ratios of one run."""
