"""What an operator does and sees, with real processes: numbers, lines, the order to stop, copies, two versions."""
