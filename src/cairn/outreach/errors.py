"""What outreach refuses, each with its code and its cure."""

from cairn.kernel.errors import Refused


class LogoUnfit(Refused):
    """A logo that pages cannot show safely."""

    code = "face.logo_unfit"
    message = "The logo was not taken. {why}"


class LinkedInIdUnfit(Refused):
    """Something else than the number of an organisation."""

    code = "face.linkedin_id_unfit"
    message = (
        "A LinkedIn organisation id is a number, such as 1234567. It stands in the address of the "
        "page that your university administers."
    )


class ContactUnfit(Refused):
    """Neither an e-mail address nor an https address."""

    code = "face.contact_unfit"
    message = "Give an e-mail address or an address that begins with https://."


class AboutTooLong(Refused):
    """More than fits a public page."""

    code = "face.about_too_long"
    message = "The text is longer than {most} characters. Shorten it."
