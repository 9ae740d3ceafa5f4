"""An agent escalates in one terminal, a specialist acknowledges in another: both see where it stands."""
from panes import BUILD, Panes


def main():
    with Panes() as panes:
        li = panes.open("li", BUILD + "/ttydesk", "--sample", "--as", "li.wei")
        li.wait("#1030")
        zhao = panes.open("zhao", BUILD + "/ttydesk", "--sample", "--as", "zhao.min")
        zhao.wait("tech")
        zhao.type(":lang en") # at home in Chinese
        zhao.key("Enter")
        zhao.wait("Language: English")
        for pane in (li, zhao):
            pane.type(":open 1002")
            pane.key("Enter")
            pane.wait("#1002 Refund")
        li.wait(": looking")
        li.type("e")
        li.wait("escalate #1002")
        li.type("2")
        li.key("Enter")
        for pane in (li, zhao):
            pane.wait("left to acknowledge")
        zhao.type("x!")
        for pane in (li, zhao):
            pane.wait("acknowledged by Zhao Min")
        li.wait(" notice")
        zhao.type("x@")
        zhao.wait("needs longer: #1002")
        zhao.key("Tab")
        zhao.type("the bank answers in the afternoon")
        zhao.key("Enter")
        for pane in (li, zhao):
            pane.wait("answers by")
        zhao.type("x=")
        zhao.wait("the answer to those who asked")
        zhao.type("The refund left this morning: two days.")
        zhao.key("Enter")
        for pane in (li, zhao):
            pane.type("ge")
            pane.wait("The refund left this morning")
            pane.type("q")
        for pane in (li, zhao):
            pane.type("Q")
            pane.wait_end()


main()
