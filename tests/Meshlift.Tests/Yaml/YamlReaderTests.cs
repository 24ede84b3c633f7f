using System.Text;
using Meshlift.Yaml;

namespace Meshlift.Tests.Yaml;

/// <summary>What the reader accepts, what it refuses, and where it says so.</summary>
public sealed class YamlReaderTests
{
    [Theory]
    [InlineData("plain", ScalarStyle.Plain, "plain")]
    [InlineData("plain\n two\n\n three # note", ScalarStyle.Plain, "plain two\nthree")]
    [InlineData("'it''s'", ScalarStyle.SingleQuoted, "it's")]
    [InlineData("\"a\\tb\\u00e9\\U0001F600\\x41\"", ScalarStyle.DoubleQuoted, "a\tbé😀A")]
    [InlineData("\"a\\\n  b\"", ScalarStyle.DoubleQuoted, "ab")]
    [InlineData("|\n a\n  b\n\n c\n", ScalarStyle.Literal, "a\n b\n\nc\n")]
    [InlineData("|-\n a\n", ScalarStyle.Literal, "a")]
    [InlineData("|+\n a\n", ScalarStyle.Literal, "a\n\n")]
    [InlineData("|2\n    a\n   b\n", ScalarStyle.Literal, "  a\n b\n")]
    [InlineData("|  # note\n # text\n", ScalarStyle.Literal, "# text\n")]
    [InlineData("|-\n  \n   \n   a\n", ScalarStyle.Literal, "\n\na")]
    [InlineData("|-\r\n  \r\n   a\r\n   b\r\n", ScalarStyle.Literal, "\na\nb")]
    [InlineData(">\n a\n b\n\n c\n   d\n e\n", ScalarStyle.Folded, "a b\nc\n  d\ne\n")]
    [InlineData(">-\n a\n b\n", ScalarStyle.Folded, "a b")]
    public void Scalars_of_all_styles_are_read(string written, ScalarStyle style, string value)
    {
        var scalar = Assert.IsType<YamlScalar>(((YamlMapping)YamlReader.Read($"k: {written}\n")!)["k"]);
        Assert.Equal((style, ScalarKind.String, value), (scalar.Style, scalar.Kind, scalar.Value));
    }

    [Fact]
    public void Hidden_blanks_do_not_move_what_follows()
    {
        const string text = "a: |-\n    \n  \n    x\nb: |\n   \n   y\nc: {d: e}\n";
        var root = (YamlMapping)YamlReader.Read(text)!;
        Assert.Equal("\n\nx", ((YamlScalar)root["a"]!).Value);
        Assert.Equal("\ny\n", ((YamlScalar)root["b"]!).Value);
        var span = root["c"]!.Span!.Value;
        Assert.Equal("{d: e}", text[span.Start.Offset..span.End.Offset]);
        Assert.Equal("8:4", span.Start.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("# only a comment\n")]
    [InlineData("---\n")]
    [InlineData("---")]
    [InlineData("--- # nothing\n...\n")]
    [InlineData("\uFEFF")]
    [InlineData("%YAML 1.1\n---\n")]
    public void A_document_without_content_is_null(string text)
    {
        Assert.Null(YamlReader.Read(text));
        Assert.True(YamlDocumentReader.IsEmpty(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("~\n")]
    [InlineData("null\n")]
    [InlineData("--- ~\n")]
    public void A_null_that_is_written_is_a_value(string text) => Assert.Equal(ScalarKind.Null, Assert.IsType<YamlScalar>(YamlReader.Read(text)).Kind);

    [Theory]
    [InlineData("a: 1\nb: 2\na: 3\n", "the key 'a' stands twice, first at 1:1", "3:1")]
    [InlineData("x:\n  - {a: 1, 'a': 2}\n", "the key 'a' stands twice, first at 2:6", "2:12")]
    [InlineData("1: a\n\"1\": b\n", "the key '1' stands twice, first at 1:1", "2:1")]
    [InlineData("yes: a\ntrue: b\n", "the key 'true' stands twice, first at 1:1", "2:1")]
    [InlineData("<<: {a: 1}\n<<: {b: 1}\n", "the key '<<' stands twice, first at 1:1", "2:1")]
    [InlineData("a: 1\n<<: {a: 2}\n", "the key 'a' stands before the merge key at 2:1 that brings it too", "1:1")]
    [InlineData("a: 1\n<<: x\n", "a merge key needs a mapping, or a sequence of mappings", "2:1")]
    [InlineData("a: *b\n", "*b refers to no anchor that is complete above it", "1:4")]
    [InlineData("a: &b [*b]\n", "*b refers to no anchor that is complete above it", "1:8")]
    [InlineData("? [a]\n: b\n", "a key must be a single value", "1:3")]
    [InlineData("a: &x b\n*x : c\n", "a key cannot be an alias", "2:1")]
    [InlineData("&x a: b\n", "a key cannot carry an anchor", "1:1")]
    [InlineData(": b\n", "a key is missing", "1:1")]
    [InlineData("1.30: b\n", "the key '1.30' is a number with a fraction or an exponent", "1:1")]
    [InlineData("a: !!int x\n", "'x' is not a value of the tag tag:yaml.org,2002:int", "1:4")]
    [InlineData("a: !!binary aGk=\n", "'aGk=' is not a value of the tag tag:yaml.org,2002:binary", "1:4")]
    [InlineData("a: 1\n---\nb: 2\n", "there is more than one document", "2:1")]
    [InlineData("a: x\0y\n", "the character U+0000 may not stand in YAML", "1:5")]
    [InlineData("a: 1\nb: \"\u0007\"\n", "the character U+0007 may not stand in YAML", "2:5")]
    [InlineData("a:\n\tb: 1\n", "while scanning a mapping, found invalid tab as indentation", "2:1")]
    [InlineData("a:\n  b: 1\n\tc: 2\n", "while scanning a plain scalar, found a tab character that violate indentation", "3:1")]
    [InlineData("a:\n  - [x, y\n  - z\n", "a '[' or '{' is not closed", "2:3")]
    [InlineData("a: {b: [x, y\nc: - d\n", "a '[' or '{' is not closed", "1:8")]
    [InlineData("a: [1", "while parsing a flow sequence, did not find expected ',' or ']'", "1:6")]
    [InlineData("a: 'x\nb: c\n", "while scanning a quoted scalar, found unexpected end of stream", "1:4")]
    [InlineData("a: \"\\UFFFFFFFF\"\n", "an escape or a tag stands for nothing", "1:2")]
    [InlineData("\uFEFFa: b: c\n", "while scanning a plain scalar value, found invalid mapping", "1:5")]
    public void What_is_wrong_is_said_with_its_place(string text, string message, string position)
    {
        var error = Assert.Throws<YamlSyntaxException>(() => YamlReader.Read(text));
        Assert.Equal((message, position), (error.Message, error.Position.ToString()));
        Assert.NotEmpty(error.Remedy);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused() =>
        Assert.Equal("the character U+D83D may not stand in YAML", Assert.Throws<YamlSyntaxException>(() => YamlReader.Read("a: 😀\nb: \ud83dx\n")).Message);

    [Fact]
    public void Errors_count_lines_in_the_whole_stream()
    {
        var stream = "a: 1\n---\nb: 1\n...\n---\n# c\nc: {\n"u8.ToArray();
        var last = IstioData.Documents(stream).Last();
        Assert.Equal("8:1", Assert.Throws<YamlSyntaxException>(() => YamlReader.Read(last.Utf8, firstLine: last.Line)).Position.ToString());
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused_with_their_place()
    {
        var error = Assert.Throws<YamlSyntaxException>(() => YamlReader.Read([.. "a: é\nb: "u8, 0xC3, 0x28, (byte)'\n'], firstLine: 10));
        Assert.Equal(("the text is not UTF-8", "11:4"), (error.Message, error.Position.ToString()));
        Assert.Throws<YamlSyntaxException>(() => YamlReader.Read(Encoding.Unicode.GetBytes("a: 1\n")));
    }

    [Fact]
    public void Anchors_and_merge_keys_are_expanded()
    {
        var root = YamlReader.Read("a: &a {x: 1, y: [2]}\nb: *a\nc:\n  <<: *a\n  x: 5\nd: {<<: [{x: 7}, *a], z: 0}\ne: &e\nf: *e\ng: &a 3\nh: *a\n")!;
        var expected = YamlReader.Read("a: {x: 1, y: [2]}\nb: {x: 1, y: [2]}\nc: {x: 5, y: [2]}\nd: {z: 0, x: 7, y: [2]}\ne:\nf:\ng: 3\nh: 3\n")!;
        Assert.Equal(expected, root, YamlEquality.Instance);
        Assert.True(((YamlMapping)root)["b"]!.IsAlias);
        Assert.Equal("2:4", ((YamlMapping)root)["b"]!.Span!.Value.Start.ToString());
        Assert.Null(((YamlMapping)((YamlMapping)root)["c"]!).Entries[^1].KeySpan);
    }

    [Theory]
    [InlineData("a: !e!x 5\n")]
    [InlineData("a: !x 5\n")]
    public void A_foreign_tag_makes_a_string(string body) =>
        Assert.Equal(ScalarKind.String, ((YamlScalar)((YamlMapping)YamlReader.Read("%TAG !e! tag:example.com,2000:\n%FOO bar\n---\n" + body)!)["a"]!).Kind);

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{a: ", "}")]
    [InlineData("- ", "")]
    public void Values_nested_too_deep_are_refused(string open, string close)
    {
        string Nested(int depth) => string.Concat(Enumerable.Repeat(open, depth)) + "x" + string.Concat(Enumerable.Repeat(close, depth));
        Assert.NotNull(YamlReader.Read(Nested(100)));
        Assert.Equal("values are nested deeper than 128", Assert.Throws<YamlSyntaxException>(() => YamlReader.Read(Nested(20_000))).Message);
    }

    [Fact]
    public void A_document_made_to_explode_is_refused()
    {
        var laughs = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (var i = 1; i < 30; i++) laughs.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        Assert.Equal("aliases expand to more than 100000 values", Assert.Throws<YamlSyntaxException>(() => YamlReader.Read(laughs.ToString())).Message);
        var merges = new StringBuilder("m0: &m0 {k: v}\n");
        for (var i = 1; i < 3000; i++) merges.Append(System.Globalization.CultureInfo.InvariantCulture, $"m{i}: &m{i}\n  k{i}: v\n  <<: *m{i - 1}\n");
        Assert.Equal("aliases expand to more than 100000 values", Assert.Throws<YamlSyntaxException>(() => YamlReader.Read(merges.ToString())).Message);
    }

    [Fact]
    public void A_limit_of_values_holds()
    {
        var limits = new YamlLimits(Nodes: 10);
        Assert.NotNull(YamlReader.Read("[1, 2, 3, 4, 5, 6, 7, 8, 9]", limits));
        Assert.Equal("the document holds more than 10 values", Assert.Throws<YamlSyntaxException>(() => YamlReader.Read("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]", limits)).Message);
    }
}
