"""What a thing is, as a digest and a description; may be imported by capture and everything above it."""
