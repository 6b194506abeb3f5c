"""The certificate: a credential on two pages of paper, with the signed credential inside the file.

The paper is a courtesy; the proof is the link and the attached file (docs/decisions/0006).
"""

from cairn.issuing.certificate.document import Paper, certificate_pdf
from cairn.issuing.certificate.gather import certificate_facts
from cairn.issuing.certificate.told import CertificateFacts

__all__ = ["CertificateFacts", "Paper", "certificate_facts", "certificate_pdf"]
