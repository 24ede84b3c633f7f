using FsCheck;
using FsCheck.Fluent;
using Meshlift.Yaml;
using Meshlift.Yaml.Editing;

namespace Meshlift.Tests.Yaml.Editing;

/// <summary>The edits held against documents of every style; <see cref="EditProperties"/> says what must hold.</summary>
public sealed class YamlEditPropertyTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(60);

    private static readonly Arbitrary<(YamlNode Node, int Seed)> Documents = (from node in MessyYaml.Tame from seed in Gen.Choose(0, 1 << 30) select (node, seed)).ToArbitrary();

    [Fact]
    public void An_edit_changes_its_place_and_nothing_else() => Prop.ForAll(Documents, document => Edit(document, text => text)).Check(Runs);

    [Fact]
    public void Windows_line_breaks_are_kept() => Prop.ForAll(Documents, document => Edit(document, text => text.Replace("\n", "\r\n", StringComparison.Ordinal))).Check(Runs);

    [Fact]
    public void A_byte_order_mark_is_kept() => Prop.ForAll(Documents, document => Edit(document, text => "\uFEFF" + text)).Check(Runs);

    [Fact]
    public void A_text_that_ends_within_its_last_line_can_be_edited() => Prop.ForAll(Documents, document => Edit(document, text => text.TrimEnd('\n'))).Check(Runs);

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
