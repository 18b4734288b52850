"""What readers are shown, worked out from plain values."""
