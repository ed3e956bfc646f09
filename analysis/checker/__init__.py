"""The independent checker: whether a redesign decides every case as today. A stranger starts here.

In go two procedures (today's and the redesign), the catalogue, the policy with its date, and the certificate: `verifying.verify`. Out
come refusals, each with the broken line and a sentence; none, if it holds. It believes nothing that it is told and shares no code with
whoever makes redesigns: of the folder around it knows the shape of certificates, of `processes/` what the language means (values, names
of facts, conditions). Why what it accepts decides every case as today is an argument in eleven steps, on one page: "Certificate and
checker" in `analysis/README.md`. A number in brackets, as `[4]`, says which step a function sees to.

What is asked, in this order, and where:

    are these the procedures, catalogue and policy that the certificate is about  [1]      verifying.py
    is the redesign today's procedure, less what may go, with what may be put in  [2, 9]   steps.py
    is what is still read still there, and known to be there, as surely           [4-6]    reading.py
    does no case come to a stop; is what was put in lawful, needed and no more    [7, 8]   additions.py
    does every line of the certificate say that, and is none lacking              [10]     claims.py
    may each move be made, from the redesign before any to the one at hand        [11]     moves.py, order.py

The four ideas that all of it hangs on:

*A set* is an integer, a bit a thing (`rules.py`). A fact has three bits: there, documented, authoritative. So "at least as sure as" is
"is part of", what is certain on both of two ways is `&`, and nothing is slow.

*Known at a place* (`states.py`, `ways.py`, [3]). One procedure is gone along all its ways at once; before each step and choice a *state* is noted:
what is certain there, whichever way a case came. Where ways meet the intersection stays, where parallel sides join the union; what a
return asks anew is taken out with all that rests on it, and ways are gone again until no return takes out more. Facts come from facts
by *rules* (a look-up, a computation, an act that says who is one), which count as soon as their keys are there, as sure as the least
sure of them. So nothing supports itself, and no circle is looked for.

*A read* (`ways.Read`): that a place reads a fact for something, with how sure the fact is there. Today's reads say what must be so in
the redesign: `reading.py` holds the two lists against each other. Whether what a look-up brings is read, and on every way, is found by
going back from the reads once (`reading.used_behind`).

*A claim* is a line of the certificate. The checker makes each line itself from what it found, and asks that the same stands there.
So a line cannot be believed; it can only be wrong.

The files, from the ground up: `words.py` refusals and their sentences; `things.py` what steps say that they read and bring, and what forms ask;
`conditions.py` what a condition says given others; `rules.py` facts from facts; `flow.py` what follows what; `states.py` what can be
certain at a place, and how that changes; `ways.py` all ways of one procedure; `agreeing.py` the same once more for each answer to
conditions that several choices share [4]; then those of the table. `stage.py` is one move, before it is asked whether it may be made.
Whoever reads for moves another time can stop before `stage.py`: without moves in a certificate nothing of it is run.
"""
