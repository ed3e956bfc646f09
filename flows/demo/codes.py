"""The codes of the population registry that the demo writes, under the names people use; knows no code list's words."""

MALE, FEMALE = "1", "2"

SINGLE, MARRIED, DIVORCED, WIDOWED = "1", "2", "3", "4"

HEAD, HUSBAND, WIFE, CHILD, IN_LAW, GRANDCHILD, PARENT, PARENT_IN_LAW = "1", "2", "3", "4", "5", "6", "7", "8"

ALIVE, NOT_VALID = "1", "9"

ISLAM, PROTESTANT, CATHOLIC, HINDU, BUDDHIST, CONFUCIAN, TRADITIONAL = "1", "2", "3", "4", "5", "6", "7"
CHRISTIANS = frozenset({PROTESTANT, CATHOLIC})

UNKNOWN_BLOOD = "TIDAK-TAHU"
CITIZEN = "WNI"

SINGLE_BIRTH, TWIN_BIRTH = "1", "2"
HOSPITAL, HEALTH_CENTRE, MIDWIFE, HOME = "1", "2", "3", "4"
DOCTOR, NURSE, TRADITIONAL_ATTENDANT = "1", "2", "3"
