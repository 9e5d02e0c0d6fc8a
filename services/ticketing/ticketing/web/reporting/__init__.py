"""What a reporter meets: the form with its answer, the own cases, one of them."""
