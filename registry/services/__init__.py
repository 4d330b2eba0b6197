"""The procedures: one function is one act of the office, one transaction, one entry in the trail."""
