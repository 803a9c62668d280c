"""What a framework's rules do, in small situations that policy people can read and add to."""
