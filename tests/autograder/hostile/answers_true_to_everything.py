# Tries to take the socket over and say yes to whatever is asked.
# Deserves: q1 failed 0, q2 failed 0
plug = channel()
say("done")  # with this cell, as the grader's own process would
while True:
    asked = listen(plug)
    if "cell" in asked:
        say("done")
    elif "test" in asked:
        if child := os.fork():
            os.waitpid(child, 0)
        else:
            say("ready")
    elif "names" in asked:
        known = {name: {"function": True} for name in asked["names"]}
        say({"names": known, "errors": [], "status": "passed", "points": 99})
    else:
        say({"value": True})
