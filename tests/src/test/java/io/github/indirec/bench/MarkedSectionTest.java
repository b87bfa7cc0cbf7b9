package io.github.indirec.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MarkedSectionTest {
    private static final String BEGIN = "<!-- bench:begin -->";
    private static final String END = "<!-- bench:end -->";
    private static final MarkedSection SECTION = new MarkedSection("bench");

    private static void refuses(String text, String... expectedInMessage) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> SECTION.replace("README.md", text, "new"));
        for (String part : expectedInMessage) {
            assertTrue(e.getMessage().contains(part), e.getMessage());
        }
        assertTrue(e.getMessage().startsWith("README.md: "), e.getMessage());
    }

    @Test
    void onlyWhatIsBetweenTheMarkersChanges() {
        String before = "# Title\r\n\ntext " + BEGIN + "\nold\n| old |\n" + END + " more\n\n\nend";
        String after = "# Title\r\n\ntext " + BEGIN + "\nnew\n" + END + " more\n\n\nend";
        assertEquals(after, SECTION.replace("README.md", before, "\nnew\n\n"));
    }

    @Test
    void replacingTwiceIsReplacingOnce() {
        String once = SECTION.replace("README.md", BEGIN + END, "a\n\nb $1 \\n");
        assertEquals(BEGIN + "\na\n\nb $1 \\n\n" + END, once);
        assertEquals(once, SECTION.replace("README.md", once, "a\n\nb $1 \\n"));
    }

    @Test
    void aTextWithoutItsMarkersIsRefusedByTheNameOfTheMissingOne() {
        refuses("", BEGIN, "nothing was changed");
        refuses("text " + END, BEGIN);
        refuses("text " + BEGIN, END);
        refuses("<!-- other:begin --><!-- other:end -->", BEGIN);
    }

    @Test
    void markersInDoubtAreRefused() {
        refuses(END + BEGIN, "stands before");
        refuses(BEGIN + BEGIN + END, "found more", BEGIN);
        refuses(BEGIN + END + END, "found more", END);
    }
}
