"""The loop after sales in two terminals: asked and answered, refused without, skipped by a supervisor."""
from panes import BUILD, Panes


def command(pane, line):
    pane.type(":" + line)
    pane.key("Enter")


def main():
    with Panes() as panes:
        chen = panes.open("chen", BUILD + "/ttydesk", "--sample", "--as", "chen.jie")
        chen.wait("#1002")
        command(chen, "lang en")
        # solved, not followed up: it can't be put away
        command(chen, "open 1034")
        chen.wait("Refund for the kettle")
        command(chen, "status archived")
        chen.wait("after-sales case")
        # asked on the phone; answered by single keys
        command(chen, "open 1057")
        chen.wait("#1057")
        command(chen, "follow-up-ask")
        chen.wait("asked in person")
        command(chen, "follow-up")
        chen.wait("is the problem solved")
        chen.type("y")
        chen.wait("satisfied with the speed")
        chen.type("5")
        chen.wait("anything to improve")
        chen.key("Enter")
        chen.wait("status: archived")
        # not solved: it is open again
        command(chen, "open 1032")
        chen.wait("#1032")
        command(chen, "follow-up no 2 it still does not close")
        chen.wait("follow-up: not solved")
        chen.wait("status: open")
        sun = panes.open("sun", BUILD + "/ttydesk", "--sample", "--as", "sun.li")
        sun.wait("#1030")
        command(sun, "lang en")
        command(sun, "open 1034")
        sun.wait("Refund for the kettle")
        command(sun, "skip-follow-up the customer called himself")
        sun.wait("archived without follow-up by Sun Li")
        command(chen, "open 1034")
        chen.wait("archived without follow-up by Sun Li")
        for pane in (chen, sun):
            pane.type("Q")
            pane.wait_end()


main()
