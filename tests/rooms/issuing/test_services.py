def test_a_first_story(campus):
    ada = campus.offering().enrol("ada").mark(units=2, each=71).issue()
    assert campus.verify(ada.badge).verdict == "genuine"
    assert ada.ledger[-2:] == ["award.conferred", "credential.issued"]
    assert campus.disagreements() == []


def test_withdrawn_award_revokes_the_credential(campus):
    ada = campus.offering().enrol("ada").mark(units=2, each=71).issue()
    campus.withdraw(ada.award, reason="mark corrected")
    assert campus.verify(ada.badge).failed == {"status"}
    assert ada.ledger[-2:] == ["award.withdrawn", "credential.revoked"]
    assert campus.disagreements() == []
