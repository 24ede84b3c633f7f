using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Yaml;

namespace Meshlift.Core.Configuration.Binding;

/// <summary>What a number without quotes is to a kind of text.</summary>
internal enum Unquoted
{
    /// <summary>A text that lacks its quotes: a version, a name.</summary>
    LacksQuotes,
    /// <summary>Wrong with or without quotes; the text's own parser says why: a duration without a unit.</summary>
    IsWrong,
    /// <summary>A good value.</summary>
    IsGood,
}

/// <summary>A text with a parser of its own.</summary>
/// <param name="name">What a person calls it.</param>
/// <param name="parse">Parses it; throws a <see cref="UserException"/> that says what is wrong and what to do.</param>
/// <param name="pattern">See <see cref="Description.Scalar"/>.</param>
/// <param name="meaning">See <see cref="Description.Scalar"/>.</param>
/// <param name="examples">Good texts; the first is shown in messages.</param>
/// <param name="number">What a number without quotes is.</param>
internal sealed class TextShape<T>(string name, Func<string, T> parse, string? pattern, string meaning, ImmutableArray<string> examples, Unquoted number = Unquoted.LacksQuotes) : Shape<T>
{
    public override T Read(YamlNode node, string path, Reading reading)
    {
        if (node is not YamlScalar { Kind: not ScalarKind.Null } scalar)
        {
            reading.Report(node, $"{path} must be {Article(name)}, not {Kind(node)}; write for example {examples[0]}");
            return default!;
        }
        var isNumber = scalar.Kind is ScalarKind.Integer or ScalarKind.Float;
        var written = scalar.Kind == ScalarKind.String ? scalar.Value : reading.AsWritten(scalar);
        if (scalar.Kind != ScalarKind.String && !(isNumber && number != Unquoted.LacksQuotes))
        {
            var kind = isNumber ? "number" : "boolean";
            reading.Report(scalar, $"{path} must be {Article(name)}, but without quotes {Quoted.Cut(written)} is the {kind} {Quoted.Cut(scalar.Value)}; write \"{Quoted.Cut(written)}\"");
            return default!;
        }
        try
        {
            return parse(written);
        }
        catch (UserException e)
        {
            reading.Report(scalar, $"{e.Message}; {e.Remedy}");
            return default!;
        }
    }

    public override Description Describe() => Scalar;

    /// <summary>The description, for a shape that is the key of a map.</summary>
    public Description.Scalar Scalar { get; } = new(name, number == Unquoted.IsGood ? ["string", "number"] : ["string"], pattern, meaning, examples);

    /// <summary>Parses a key of a map.</summary>
    public T ReadKey(string text) => parse(text);
}

/// <summary>A word that can be chosen. A class, because a structure would make the runtime compile every list of them anew for each type.</summary>
/// <param name="Text">The word.</param>
/// <param name="Value">What it becomes.</param>
/// <param name="Meaning">What it means; may be empty.</param>
internal sealed record Word<T>(string Text, T Value, string Meaning = "");

/// <summary>One of a few words.</summary>
internal sealed class ChoiceShape<T>(string name, ImmutableArray<Word<T>> words) : Shape<T>
{
    public override T Read(YamlNode node, string path, Reading reading)
    {
        // 'off' and 'on' are booleans to YAML 1.1 but may well be words here.
        var text = node switch
        {
            YamlScalar { Kind: ScalarKind.String } scalar => scalar.Value,
            YamlScalar { Kind: ScalarKind.Boolean } scalar => reading.AsWritten(scalar),
            _ => null,
        };
        foreach (var word in words)
            if (word.Text == text)
                return word.Value;
        var known = words.Length == 1 ? words[0].Text : $"{string.Join(", ", words.SkipLast(1).Select(choice => choice.Text))} or {words[^1].Text}";
        var hint = text is not null && Spelling.Suggest(text, words.Select(choice => choice.Text)) is { } near ? $"; did you mean '{near[0]}'?" : "";
        reading.Report(node, $"{path} must be {known}, not {(text is null ? Kind(node) : Quoted.Text(text))}{hint}");
        return default!;
    }

    public override Description Describe() => new Description.Choice(name, [.. words.Select(choice => (choice.Text, choice.Meaning))]);
}

/// <summary>A whole number within bounds.</summary>
internal sealed class IntegerShape(int least, int most) : Shape<int>
{
    public override int Read(YamlNode node, string path, Reading reading)
    {
        if (node is YamlScalar { Kind: ScalarKind.Integer } scalar && int.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most) return number;
        var range = most == int.MaxValue ? string.Create(CultureInfo.InvariantCulture, $"of at least {least}") : string.Create(CultureInfo.InvariantCulture, $"from {least} to {most}");
        reading.Report(node, $"{path} must be a whole number {range}, not {Kind(node)}");
        return default;
    }

    public override Description Describe() => new Description.Scalar("whole number", ["integer"], null, "", [], least, most == int.MaxValue ? null : most);
}

/// <summary>True or false.</summary>
internal sealed class BooleanShape : Shape<bool>
{
    public override bool Read(YamlNode node, string path, Reading reading)
    {
        if (node is YamlScalar { Kind: ScalarKind.Boolean } scalar) return scalar.Value == "true";
        reading.Report(node, $"{path} must be true or false{(node is YamlScalar { Style: not ScalarStyle.Plain } ? ", without quotes" : "")}, not {Kind(node)}");
        return false;
    }

    public override Description Describe() => new Description.Scalar("boolean", ["boolean"], null, "", []);
}

/// <summary>Whatever YAML can say, but not nothing.</summary>
internal sealed class AnythingShape : Shape<YamlNode>
{
    public override YamlNode Read(YamlNode node, string path, Reading reading)
    {
        if (node is YamlScalar { Kind: ScalarKind.Null }) reading.Report(node, $"{path} has no value; give one, or use 'remove' to take a field away");
        return node;
    }

    public override Description Describe() => new Description.Anything();
}
