"""What happens in outreach."""

from cairn.kernel.facts import Fact

CREDENTIAL_SHARED = Fact("credential.shared", "The holder chose who may see a credential.")
FACE_CHANGED = Fact("face.changed", "What the public reads about an institution was changed.")
LOGO_CHANGED = Fact("logo.changed", "The logo of an institution was changed.")
