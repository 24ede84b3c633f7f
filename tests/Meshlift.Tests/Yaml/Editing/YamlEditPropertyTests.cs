using FsCheck;
using FsCheck.Fluent;
using Meshlift.Yaml;
using Meshlift.Yaml.Editing;

namespace Meshlift.Tests.Yaml.Editing;

/// <summary>The edits held against documents of every style; <see cref="EditProperties"/> says what must hold.</summary>
public sealed class YamlEditPropertyTests
{

    private static readonly Arbitrary<(YamlNode Node, int Seed)> Documents = (from node in MessyYaml.Tame from seed in Gen.Choose(0, 1 << 30) select (node, seed)).ToArbitrary();

    [Fact]
    public void An_edit_changes_its_place_and_nothing_else() => Prop.ForAll(Documents, document => Edit(document, text => text)).Holds(2000, 60);

    [Fact]
    public void Windows_line_breaks_are_kept() => Prop.ForAll(Documents, document => Edit(document, text => text.Replace("\n", "\r\n", StringComparison.Ordinal))).Holds(2000, 60);

    [Fact]
    public void A_byte_order_mark_is_kept() => Prop.ForAll(Documents, document => Edit(document, text => "\uFEFF" + text)).Holds(2000, 60);

    [Fact]
    public void A_text_that_ends_within_its_last_line_can_be_edited() => Prop.ForAll(Documents, document => Edit(document, text => text.TrimEnd('\n'))).Holds(2000, 60);

    [Fact]
    public void Removing_what_was_inserted_gives_the_document_back() => Prop.ForAll(Documents, document =>
    {
        var text = MessyYaml.Write(document.Node, document.Seed);
        if (EditProperties.Random(YamlReader.Read(text)!, new Random(document.Seed)) is not YamlChange.Insert insert) return;
        var back = YamlEdit.Apply(YamlEdit.Apply(text, insert), new YamlChange.Remove(insert.Path));
        // An empty collection in brackets is opened by the first element; and a removed last element takes the comma before it along.
        if (back.Length == text.Length) Assert.Equal(text, back);
        else Assert.True(YamlEquality.Instance.Equals(YamlReader.Read(text), YamlReader.Read(back)) && text.AsSpan().ContainsAny("{["), $"{insert}\n{text}\n---\n{back}");
    }).Holds(2000, 60);

    [Fact]
    public void Whatever_can_be_read_is_edited_rightly_or_refused()
    {
        string[] pieces = [.. YamlReaderFuzzTests.Pieces, "a: 1\n", "a: &x\n", "  b: *x\n", "- {a: 1}\n", "- a: 1\n  b: 2\n", "? a\n: b\n", "a: |\n  x\n", "a: !t\n", "  <<: *x\n", "b:\n", "  # c\n", "[a: 1]", "{a, b: , c: d}"];
        var edited = 0;
        var texts = from parts in Gen.Elements(pieces).ListOf() from seed in Gen.Choose(0, 1 << 30) select (Text: string.Concat(parts), seed);
        Prop.ForAll(texts.ToArbitrary(), document =>
        {
            try
            {
                if (YamlReader.Read(document.Text) is not { } root || EditProperties.Random(root, new Random(document.seed)) is not { } change) return;
                var result = YamlEdit.Apply(document.Text, change);
                if (!YamlEquality.Instance.Equals(change.ApplyTo(root), YamlReader.Read(result))) throw new InvalidOperationException($"{change}\n{document.Text}\n---\n{result}");
                edited++;
            }
            catch (Exception e) when (e is YamlSyntaxException or YamlEditException)
            {
                // Not YAML, or no place for an edit that leaves the rest alone.
            }
        }).Holds(8000, 12);
        Assert.InRange(edited, 100, 8000);
    }

    private static void Edit((YamlNode Node, int Seed) document, Func<string, string> variant)
    {
        var text = variant(MessyYaml.Write(document.Node, document.Seed));
        var root = YamlReader.Read(text)!;
        if (EditProperties.Random(root, new Random(document.Seed)) is not { } change) return;
        try
        {
            EditProperties.Check(text, root, change);
        }
        // A block scalar that ends with the text would get a line break from what is written below it.
        catch (YamlEditException) when (!YamlEquality.Instance.Equals(YamlReader.Read(text + "\n"), root))
        {
            Assert.IsNotType<YamlChange.Rename>(change);
        }
    }
}
