"""Two people in two terminals at one desk: each sees at once what the other does, and keeps the own words."""
from panes import BUILD, Panes, until


def main():
    with Panes() as panes:
        li = panes.open("li", BUILD + "/ttydesk", "--sample", "--as", "li.wei")
        li.wait("#1030")
        anna = panes.open("anna", BUILD + "/ttydesk", "--sample", "--as", "anna.kowalski")
        anna.wait("#1030")
        for pane in (li, anna):
            pane.type(":open 1009")
            pane.key("Enter")
            pane.wait("#1009 耳机")
        li.wait("Anna Kowalski: looking")
        anna.wait("Li Wei")
        li.type("r")
        li.wait("enter send")
        li.type("Words that stay where they are")
        anna.wait(": writing")
        anna.type("c")
        anna.wait("open, Anna Kowalski")
        li.wait("open, Anna Kowalski")
        li.wait("> Words that stay where they are")
        li.type(", to the end")
        li.wait("> Words that stay where they are, to the end")
        li.key("Enter")
        li.wait("First reply without") # the parts of a good one
        li.type("y")
        anna.wait("Words that stay where they are, to the end")
        # told of what happens elsewhere: counted, and the terminal rings
        anna.type(":open 1010")
        anna.key("Enter")
        anna.wait("#1010")
        anna.type("n")
        anna.wait("NOTE")
        anna.type("@li.wei have a look")
        anna.key("Enter")
        li.wait(" notice")
        until("the bell", lambda: panes.tmux("display-message", "-p", "-t", "li", "#{window_bell_flag}").strip() == "1")
        li.type(":notices")
        li.key("Enter")
        li.wait("#1010 mention")
        li.key("Enter")
        li.wait("@li.wei have a look")
        li.wait("Anna Kowalski: ")
        for pane in (li, anna):
            pane.type("Q")
            pane.wait_end()


main()
