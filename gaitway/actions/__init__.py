"""What happens. Every function is one transaction and takes who (`by`) and when (`at`) by keyword."""


class Refused(Exception):
    """The answer is no: the message says why, and nothing was changed."""


class NotAllowed(Refused):
    """This person may not do this."""


class Conflict(Refused):
    """Somebody else was faster: look again, then decide."""
