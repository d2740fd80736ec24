"""The measurements are run at toy size: that they work is tested, and no figure is."""
