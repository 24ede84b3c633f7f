using System.Text;
using Meshlift.Yaml;
using Meshlift.Yaml.Editing;

namespace Meshlift.Tests.Yaml.Editing;

/// <summary>Edits of one document among several.</summary>
public sealed class YamlFileTests
{
    private const string Text = "\uFEFF# head\r\n---\r\nkind: A\r\nname: é\r\n--- # second\r\nkind: B # b\r\n...\r\n# between\r\n---\r\n---\r\nkind: C\r\n";

    private static readonly YamlFile File = YamlFile.Read(Encoding.UTF8.GetBytes(Text));

    [Fact]
    public void Only_the_bytes_of_the_edit_change()
    {
        var edited = File.Edit(root => Kind(root) == "B", new YamlChange.Set(YamlPath.Parse("spec.x"), YamlScalar.Integer(1)), new YamlChange.Remove(YamlPath.Parse("none")));
        Assert.Equal(Text.Replace("kind: B # b\r\n", "kind: B # b\r\nspec:\r\n  x: 1\r\n", StringComparison.Ordinal), Encoding.UTF8.GetString(edited.ToBytes()));
        Assert.Equal(Text, Encoding.UTF8.GetString(File.ToBytes()));
    }

    [Fact]
    public void Positions_count_in_the_file_also_after_an_edit_above()
    {
        var edited = File.Edit(root => Kind(root) == "A", new YamlChange.Append(YamlPath.Parse("list"), YamlScalar.Integer(1)));
        Assert.Equal("13:1", edited.Documents.Last()!.Span!.Value.Start.ToString());
        Assert.Equal("13:7", Assert.Throws<YamlEditException>(() => edited.Edit(root => Kind(root) == "C", new YamlChange.Set(YamlPath.Parse("kind.x"), YamlScalar.Null))).Position.ToString());
    }

    [Fact]
    public void Nothing_is_done_unless_one_document_is_meant()
    {
        var change = new YamlChange.Remove(YamlPath.Parse("kind"));
        Assert.Equal("kind cannot be changed: no document of the file is the one that is meant", Assert.Throws<YamlEditException>(() => File.Edit(root => Kind(root) == "D", change)).Message);
        Assert.Equal("kind cannot be changed: several documents of the file are meant, at lines 2 and 5 and 10", Assert.Throws<YamlEditException>(() => File.Edit(_ => true, change)).Message);
    }

    [Fact]
    public void A_file_without_a_document_gets_one()
    {
        var change = new YamlChange.Set(YamlPath.Parse("a"), YamlScalar.Integer(1));
        Assert.Equal("a: 1\n"u8.ToArray(), YamlFile.Read(default).Edit(0, change).ToBytes());
        Assert.Equal("# only a comment\na: 1\n"u8.ToArray(), YamlFile.Read("# only a comment\n"u8.ToArray()).Edit(0, change).ToBytes());
    }

    [Fact]
    public void A_broken_document_is_refused_with_its_line_in_the_file() =>
        Assert.Equal("4:4", Assert.Throws<YamlSyntaxException>(() => YamlFile.Read("a: 1\n---\nb: 2\nc: }\n"u8.ToArray())).Position.ToString());

    private static string? Kind(YamlNode root) => ((YamlScalar?)((YamlMapping)root)["kind"])?.Value;
}
