package io.github.indirec.model.text;

import io.github.indirec.model.data.ItemCatalog;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The sentences that LLMDiRec (arXiv 2601.03259) makes of an item's attributes for a language model to read, one
 * template a kind of data set. Verbatim, blanks and line ends included, since an encoder's vector depends on them.
 *
 * <p>An attribute that is not known, or that the catalogue has no column for, reads {@code unknown}. Columns read are
 * title, brand, price, categories, description, keywords; for Yelp also type, open, review_count, city, stars; for
 * MovieLens genres and year. Of several category paths the first is taken, its levels joined by {@code "; "}. Stateless,
 * for any number of threads.
 */
public enum ItemPrompt {
    BEAUTY("beauty", "The beauty item"),
    SPORTS("sports", "The Sports and Outdoors item"),
    TOYS("toys", "The Toys & Games item"),
    /** Deviation: a shop of any other kind; the paper's Amazon template without the name of a department. */
    SHOP("shop", "The item"),
    /**
     * Places. The paper's Yelp has review counts and scores, which were taken over all time and thus tell of the test
     * period: leave these columns out of a catalogue that is to be evaluated on.
     */
    YELP("yelp", "The point of interest") {
        @Override
        String full(ItemCatalog catalog, int item, boolean keywords) {
            return "The point of interest has following attributes: \n name is " + attribute(catalog, item, "title")
                    + "; category is " + attribute(catalog, item, "categories")
                    + "; type is " + attribute(catalog, item, "type")
                    + "; open status is " + attribute(catalog, item, "open")
                    + "; review count is " + attribute(catalog, item, "review_count")
                    + "; city is " + attribute(catalog, item, "city")
                    + "; average score is " + attribute(catalog, item, "stars") + ".";
        }
    },
    /** Deviation: the paper names title, genres and year; the words between them are ours. */
    MOVIELENS("ml", "The movie") {
        @Override
        String full(ItemCatalog catalog, int item, boolean keywords) {
            return "The movie has following attributes: \n title is " + attribute(catalog, item, "title")
                    + "; genres are " + attribute(catalog, item, "genres").replace("|", "; ")
                    + "; year is " + attribute(catalog, item, "year") + ".";
        }
    };

    private static final String UNKNOWN = "unknown";
    private static final String KEYWORDS = "keywords";

    /** As LLM-ESR, from which the templates come, cuts the features and the whole. */
    private static final int MAX_FEATURES = 2048;

    private static final int MAX_CHARACTERS = 4095;

    private final String dataPrefix;
    private final String subject;

    ItemPrompt(String dataPrefix, String subject) {
        this.dataPrefix = dataPrefix;
        this.subject = subject;
    }

    /** The name in commands and files: {@code beauty}, {@code movielens} and so on. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The prompt with that {@link #key}. */
    public static Optional<ItemPrompt> of(String key) {
        return Arrays.stream(values()).filter(prompt -> prompt.key().equals(key)).findFirst();
    }

    /** The prompt made for a data set, by how its name begins, such as {@code Toys_and_Games} or {@code ml-1m}. */
    public static Optional<ItemPrompt> forData(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(prompt -> prompt != SHOP && lower.startsWith(prompt.dataPrefix))
                .findFirst();
    }

    /** Whether keywords can stand for something that this prompt has: features or descriptions. */
    public boolean takesKeywords() {
        return this != YELP && this != MOVIELENS;
    }

    /**
     * The text of an item.
     *
     * @param item item id, from 1
     * @param keywords whether the item's keywords stand for its features or its description where these are not known
     */
    public String text(ItemCatalog catalog, int item, boolean keywords) {
        return cut(full(catalog, item, keywords), MAX_CHARACTERS);
    }

    /** The texts of all items, that of item 1 first. */
    public List<String> texts(ItemCatalog catalog, boolean keywords) {
        return IntStream.rangeClosed(1, catalog.items())
                .mapToObj(item -> text(catalog, item, keywords))
                .toList();
    }

    String full(ItemCatalog catalog, int item, boolean keywords) {
        String fallback = keywords ? attribute(catalog, item, KEYWORDS) : UNKNOWN;
        String path = catalog.known(item, "categories").split(" \\| ", 2)[0].replace(" > ", "; ");
        String description = catalog.known(item, "description");
        return subject + " has following attributes: \n name is " + attribute(catalog, item, "title")
                + "; brand is " + attribute(catalog, item, "brand")
                + "; price is " + attribute(catalog, item, "price")
                + ". \n The item has following features: "
                + (path.isEmpty() ? fallback : cut(path, MAX_FEATURES))
                + ". \n The item has following descriptions: "
                + (description.isEmpty() ? fallback : description) + ".";
    }

    private static String attribute(ItemCatalog catalog, int item, String column) {
        String known = catalog.known(item, column);
        return known.isEmpty() ? UNKNOWN : known;
    }

    /** At most {@code limit} characters, without half of a pair at the end. */
    private static String cut(String text, int limit) {
        if (text.length() <= limit) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(limit - 1)) ? limit - 1 : limit);
    }
}
