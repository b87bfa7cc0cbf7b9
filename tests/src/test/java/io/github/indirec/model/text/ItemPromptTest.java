package io.github.indirec.model.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.data.ItemCatalog;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.support.SharedFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ItemPromptTest {
    private static final String BEAUTY = "item_id\tasin\ttitle\tbrand\tprice\tsales_rank\tcategories\tkeywords\n";
    private static final String NAIL_LACQUER =
            "1\tB004756YJA\tOPI Nail Lacquer, Simmer and Shimmer, 0.5-Fluid Ounce\tOPI\t12.0\t344222"
                    + "\tBeauty > Makeup > Nails > Nail Polish\tnail lacquer simmer and shimmer";

    @TempDir
    Path folder;

    private ItemCatalog catalog(String header, String... rows) throws IOException {
        Path file = Files.writeString(folder.resolve("items.tsv"), header + String.join("\n", rows) + "\n");
        return ItemCatalog.read(file, rows.length);
    }

    @Test
    void anAmazonItemReadsAsInThePaper() throws IOException {
        ItemCatalog catalog = catalog(BEAUTY, NAIL_LACQUER);
        String attributes = " item has following attributes: \n"
                + " name is OPI Nail Lacquer, Simmer and Shimmer, 0.5-Fluid Ounce; brand is OPI; price is 12.0. \n"
                + " The item has following features: Beauty; Makeup; Nails; Nail Polish. \n"
                + " The item has following descriptions: unknown.";
        assertEquals("The beauty" + attributes, ItemPrompt.BEAUTY.text(catalog, 1, false));
        assertEquals("The Toys & Games" + attributes, ItemPrompt.TOYS.text(catalog, 1, false));
        assertEquals("The Sports and Outdoors" + attributes, ItemPrompt.SPORTS.text(catalog, 1, false));
        assertEquals("The" + attributes, ItemPrompt.SHOP.text(catalog, 1, false));
    }

    @Test
    void whatIsMissingIsUnknownWhetherTheCellIsEmptyOrTheColumnIsNotThere() throws IOException {
        String expected = "The Sports and Outdoors item has following attributes: \n"
                + " name is unknown; brand is unknown; price is unknown. \n"
                + " The item has following features: unknown. \n"
                + " The item has following descriptions: unknown.";
        ItemCatalog empty = catalog(BEAUTY, "1\tB004756YJA\t\t \t\t\t\t");
        assertEquals(expected, ItemPrompt.SPORTS.text(empty, 1, false));
        assertEquals(expected, ItemPrompt.SPORTS.text(empty, 1, true), "keywords that are not known either");
        assertEquals(expected, ItemPrompt.SPORTS.text(ItemCatalog.untitled(3), 3, false));
    }

    @Test
    void keywordsStandOnlyForFeaturesAndDescriptionsThatAreMissing() throws IOException {
        ItemCatalog catalog = catalog(
                "item_id\ttitle\tcategories\tdescription\tkeywords\n",
                "1\tSoap\tBeauty > Bath\tA bar of soap\tsoft soap",
                "2\tSoap\tBeauty > Bath\t\tsoft soap",
                "3\tSoap\t\tA bar of soap\tsoft soap",
                "4\t\t\t\tsoft soap");
        List<String> texts = ItemPrompt.SHOP.texts(catalog, true);
        assertTrue(texts.get(0).endsWith("features: Beauty; Bath. \n The item has following descriptions: A bar of soap."));
        assertTrue(texts.get(1).endsWith("features: Beauty; Bath. \n The item has following descriptions: soft soap."));
        assertTrue(texts.get(2).endsWith("features: soft soap. \n The item has following descriptions: A bar of soap."));
        assertTrue(texts.get(3).endsWith("features: soft soap. \n The item has following descriptions: soft soap."));
        assertTrue(texts.get(3).contains("name is unknown"), "never for the name");
        assertFalse(String.join("", ItemPrompt.SHOP.texts(catalog, false)).contains("soft soap"));
    }

    @Test
    void ofSeveralCategoryPathsTheFirstIsTaken() throws IOException {
        ItemCatalog catalog = catalog(BEAUTY, "1\t\t\t\t\t\tBeauty > Bath | Home > Kitchen\t");
        assertTrue(ItemPrompt.BEAUTY.text(catalog, 1, false).contains("features: Beauty; Bath. \n"));
    }

    @Test
    void charactersAreKeptAsTheyAre() throws IOException {
        ItemCatalog catalog = catalog(
                "item_id\ttitle\tbrand\n",
                "1\t \\n \\t \"Cr\u00e8me\" & $1 <TITLE>; \ud83d\udc84\u6d17\u53d1\u6c34 \tL'Or\u00e9al %s {0}");
        String text = ItemPrompt.SHOP.text(catalog, 1, false);
        assertTrue(
                text.contains(" name is \\n \\t \"Cr\u00e8me\" & $1 <TITLE>; \ud83d\udc84\u6d17\u53d1\u6c34;"
                        + " brand is L'Or\u00e9al %s {0}; price"),
                text);
    }

    @Test
    void longTextsAreCutButNotThroughACharacter() throws IOException {
        String features = "f".repeat(2047) + "\ud83d\udc84" + "g".repeat(100);
        ItemCatalog catalog = catalog("item_id\tcategories\tdescription\n", "1\t" + features + "\t" + "d".repeat(5000));
        String text = ItemPrompt.SHOP.text(catalog, 1, false);
        assertEquals(4095, text.length());
        assertTrue(text.contains("features: " + "f".repeat(2047) + ". \n"));
    }

    @Test
    void placesAndFilmsHaveSentencesOfTheirOwn() throws IOException {
        ItemCatalog places = catalog(
                "item_id\tbusiness_id\ttitle\tcategories\tkeywords\n",
                "1\tGKC6EYmFFOU245qBtVxetw\tSal's Pizza\tFood Delivery Services, Italian, Pizza\tsals pizza");
        assertEquals(
                "The point of interest has following attributes: \n name is Sal's Pizza; category is Food Delivery"
                        + " Services, Italian, Pizza; type is unknown; open status is unknown; review count is unknown;"
                        + " city is unknown; average score is unknown.",
                ItemPrompt.YELP.text(places, 1, false));
        ItemCatalog films = catalog(
                "item_id\tmovie_id\ttitle\tyear\tgenres\n", "1\t1198\tRaiders of the Lost Ark\t1981\tAction|Adventure");
        assertEquals(
                "The movie has following attributes: \n title is Raiders of the Lost Ark; genres are Action; Adventure;"
                        + " year is 1981.",
                ItemPrompt.MOVIELENS.text(films, 1, false));
    }

    @ParameterizedTest
    @CsvSource({
        "beauty, beauty",
        "Toys_and_Games, toys",
        "Sports_and_Outdoors, sports",
        "ml-1m, movielens",
        "ml-100k, movielens",
        "yelp-llmesr, yelp",
        "shop, ",
        "video, "
    })
    void aDataSetsNameTellsItsPrompt(String data, String key) {
        assertEquals(Optional.ofNullable(key), ItemPrompt.forData(data).map(ItemPrompt::key));
    }

    @Test
    void everyPromptIsFoundByItsKey() {
        for (ItemPrompt prompt : ItemPrompt.values()) {
            assertEquals(Optional.of(prompt), ItemPrompt.of(prompt.key()));
        }
        assertEquals(Optional.empty(), ItemPrompt.of("Beauty"));
    }

    @Test
    void theKnownBeautyCatalogueReadsAsExpected() throws IOException {
        ItemCatalog beauty =
                SequenceDataset.read(SharedFolders.data().resolve("beauty")).catalog();
        List<String> texts = ItemPrompt.BEAUTY.texts(beauty, false);
        assertEquals(12_101, texts.size());
        assertEquals(ItemPrompt.BEAUTY.text(catalog(BEAUTY, NAIL_LACQUER), 1, false), texts.get(0));
        assertEquals(12_101 - 9_983, texts.stream().filter(t -> t.contains("; brand is unknown; ")).count());
    }
}
