using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meshlift.Yaml;

namespace Meshlift.Tests.Configuration;

public sealed class MisspellingTests
{
    private static readonly string Text = Encoding.UTF8.GetString(FullExampleTests.Full);

    // Below these, keys are the user's own.
    private static readonly string[] Free = ["labels", "annotations", "value", "owners", "config", "paths"];

    private static readonly (string Key, SourceSpan Span)[] Keys = [.. KnownKeys(YamlReader.Read(Text)!)];

    [Fact]
    public void The_example_has_every_key_in_sight() => Assert.True(Keys.Length > 120, $"{Keys.Length} keys");

    [Fact]
    public void A_key_misspelled_by_one_letter_gives_exactly_one_error_that_names_the_right_key() => Prop.ForAll(Misspelling.ToArbitrary(), misspelling =>
    {
        var (index, wrong) = misspelling;
        var (key, span) = Keys[index];
        if (wrong == key) return;
        var error = Assert.Single(MeshText.Errors(Text[..span.Start.Offset] + wrong + Text[span.End.Offset..]));
        Assert.StartsWith($"meshlift.yaml:{span.Start}: unknown key '{wrong}' in ", error, StringComparison.Ordinal);
        Assert.Contains("did you mean ", error, StringComparison.Ordinal);
        Assert.Contains($"'{key}'", error, StringComparison.Ordinal);
    }).Holds(400);

    private static IEnumerable<(string Key, SourceSpan Span)> KnownKeys(YamlNode node) => node switch
    {
        YamlMapping mapping => mapping.Entries.SelectMany(entry => KnownKeys(Free.Contains(entry.Key, StringComparer.Ordinal) ? YamlScalar.Null : entry.Value).Prepend((entry.Key, entry.KeySpan!.Value))),
        YamlSequence sequence => sequence.Items.SelectMany(KnownKeys),
        _ => [],
    };

    // A capital is never part of two known keys that differ by one letter, but 'max' and 'min' both are one letter from 'mix': both are named then.
    private static Gen<(int Index, string Wrong)> Misspelling { get; } =
        from index in Gen.Choose(0, Keys.Length - 1)
        from at in Gen.Choose(0, Keys[index].Key.Length - 1)
        from letter in Gen.Elements([.. "abcdefghijklmnopqrstuvwxyzX"])
        from how in Gen.Choose(0, 3)
        let key = Keys[index].Key
        select (index, how switch
        {
            0 when key.Length > 1 => key.Remove(at, 1),
            1 => key.Insert(at, letter.ToString()),
            2 when at > 0 => key[..(at - 1)] + key[at] + key[at - 1] + key[(at + 1)..],
            _ => key[..at] + letter + key[(at + 1)..],
        });
}
