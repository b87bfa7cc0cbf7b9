package io.github.indirec.model.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.io.ByteMutator;
import io.github.indirec.model.io.FormatException;
import io.github.indirec.support.SharedFolders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ItemCatalogTest {
    private static final String HEADER = "item_id\ttitle\tbrand\tcategories\tkeywords\n";

    @TempDir
    Path folder;

    private ItemCatalog read(String text, int items) throws IOException {
        return read(text.getBytes(StandardCharsets.UTF_8), items);
    }

    private ItemCatalog read(byte[] bytes, int items) throws IOException {
        return ItemCatalog.read(Files.write(folder.resolve("items.tsv"), bytes), items);
    }

    @Test
    void cellsAreFoundByItemAndColumn() throws IOException {
        ItemCatalog catalog = read(HEADER + "1\tSoap\tAcme\tBeauty > Soap\tsoap\r\n2\t\t\t\t", 2);
        assertEquals(List.of("item_id", "title", "brand", "categories", "keywords"), catalog.columns());
        assertEquals("Acme", catalog.cell(1, "brand"));
        assertEquals("soap", catalog.cell(1, "keywords"));
        assertEquals("", catalog.cell(2, "title"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> catalog.cell(1, "price"))
                .getMessage()
                .contains("categories"));
        assertThrows(IndexOutOfBoundsException.class, () -> catalog.cell(0, "title"));
        assertThrows(IndexOutOfBoundsException.class, () -> catalog.title(3));
    }

    @Test
    void aTitleFallsBackToKeywordsThenBrandAndCategoryThenTheNumber() throws IOException {
        ItemCatalog catalog = read(
                HEADER + "1\tSoap\tAcme\tBeauty > Bath\tsoft soap\n"
                        + "2\t\tAcme\tBeauty > Bath\tsoft soap\n"
                        + "3\t\tAcme\tBeauty > Bath | Home > Kitchen\t\n"
                        + "4\t\t\tBeauty\t\n"
                        + "5\t\t\t\t\n",
                5);
        assertEquals("Soap", catalog.title(1));
        assertEquals("soft soap", catalog.title(2));
        assertEquals("Acme Bath", catalog.title(3));
        assertEquals("Beauty", catalog.title(4));
        assertEquals("item 5", catalog.title(5));
        assertEquals("item 9", ItemCatalog.untitled(9).title(9));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "too few columns | `1^Soap~2~` | `line 3: expected 2 columns, found 1`",
                "too many columns | `1^Soap^x~2^~` | `line 2: expected 2 columns, found 3`",
                "an id out of order | `2^Soap~1^~` | `line 2: expected item id 1 in the first column, found '2'`",
                "a missing id | `1^Soap~3^~` | `line 3: expected item id 2`",
                "too few items | `1^Soap~` | `expected a line for each of the 2 items`",
                "too many items | `1^Soap~2^~3^~` | `found 3 items`",
                "an empty line inside | `1^Soap~~2^~` | `line 3: expected 2 columns, found 1`",
            })
    void aCatalogueIsRefusedFor(String what, String text, String message) {
        String content = "item_id\ttitle\n" + text.replace('~', '\n').replace('^', '\t');
        FormatException e = assertThrows(FormatException.class, () -> read(content, 2));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void noHeaderEqualColumnsAndOtherEncodingsAreRefused() {
        assertThrows(FormatException.class, () -> read("", 0));
        assertThrows(FormatException.class, () -> read("\n\n", 0));
        assertThrows(FormatException.class, () -> read("item_id\ttitle\ttitle\n", 0));
        byte[] latin = (HEADER + "1\tS\u00e4ge\t\t\t\n").getBytes(StandardCharsets.ISO_8859_1);
        String message =
                assertThrows(FormatException.class, () -> read(latin, 1)).getMessage();
        assertTrue(message.contains("line 2: expected text in UTF-8"), message);
    }

    @Test
    void anyDamageIsRefusedOrHarmless() {
        String text = HEADER + "1\tSoap\tAcme\tBeauty > Bath\ts\u00e4ge\n2\t\t\t\t\n";
        byte[] valid = text.getBytes(StandardCharsets.UTF_8);
        ByteMutator.countRefusals(valid, 1_000, 5, damaged -> read(damaged, 2));
    }

    @ParameterizedTest
    @CsvSource({
        "beauty, 1, 'OPI Nail Lacquer, Simmer and Shimmer, 0.5-Fluid Ounce'",
        "sports, 1, ghost armorers tool 332 punch hunting fishing",
        "yelp, 2, Sal's Pizza",
        "ml-1m, 2, Caddyshack"
    })
    void theKnownCataloguesShowTheirTitles(String name, int item, String title) throws IOException {
        assertEquals(
                title,
                SequenceDataset.read(SharedFolders.data().resolve(name)).catalog().title(item));
    }
}
