"""A pattern for the suffix that the timer appends to text."""

SUFFIX = r" \(TimeElapsed: (\d+\.\d{6}) sec\)"
