"""What the timer appends to text, as a pattern."""

SUFFIX = r" \(TimeElapsed: (\d+\.\d{6}) sec\)"
