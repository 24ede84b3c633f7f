using System.Collections.Immutable;

namespace Meshlift.Yaml;

/// <summary>A value of a YAML document: a scalar, a mapping or a sequence. Immutable; a changed value is a new node.</summary>
/// <remarks>Anchors and merge keys are already expanded: a node is what Kubernetes would see, not how it was spelled.</remarks>
public abstract class YamlNode
{
    private protected YamlNode(SourceSpan? span, bool isAlias)
    {
        Span = span;
        IsAlias = isAlias;
    }

    /// <summary>Where the value stands in its document; null for a value that was made, not read. Of an alias, the place of the alias.</summary>
    public SourceSpan? Span { get; }

    /// <summary>True when the value stands elsewhere and is only referred to here (<c>*name</c>), so that it cannot be edited here.</summary>
    public bool IsAlias { get; }

    /// <summary>A string, whatever it looks like.</summary>
    public static implicit operator YamlNode(string text) => YamlScalar.String(text);

    /// <summary>A boolean.</summary>
    public static implicit operator YamlNode(bool value) => YamlScalar.Boolean(value);
}

/// <summary>How a scalar was written.</summary>
public enum ScalarStyle
{
    /// <summary>Without quotes; its type follows from its text.</summary>
    Plain,
    /// <summary>In single quotes.</summary>
    SingleQuoted,
    /// <summary>In double quotes.</summary>
    DoubleQuoted,
    /// <summary>A block that keeps its line breaks (<c>|</c>).</summary>
    Literal,
    /// <summary>A block whose line breaks are folded (<c>></c>).</summary>
    Folded,
}

/// <summary>What a scalar is once Kubernetes has turned it into JSON.</summary>
public enum ScalarKind
{
    /// <summary>Text.</summary>
    String,
    /// <summary>A whole number.</summary>
    Integer,
    /// <summary>A number with a fraction or an exponent.</summary>
    Float,
    /// <summary>True or false.</summary>
    Boolean,
    /// <summary>No value.</summary>
    Null,
}

/// <summary>A single value.</summary>
public sealed class YamlScalar : YamlNode
{
    internal YamlScalar(string value, ScalarKind kind, ScalarStyle style, SourceSpan? span, bool isAlias)
        : base(span, isAlias) => (Value, Kind, Style) = (value, kind, style);

    /// <summary>The value as canonical text: a number in decimal, a boolean as <c>true</c> or <c>false</c>, null as <c>null</c>, a string as it is.</summary>
    public string Value { get; }

    /// <summary>Its type.</summary>
    public ScalarKind Kind { get; }

    /// <summary>How it was written; <see cref="ScalarStyle.Plain"/> for one that was made.</summary>
    public ScalarStyle Style { get; }

    /// <summary>The value when it is a string, else null.</summary>
    public string? AsString => Kind == ScalarKind.String ? Value : null;

    /// <summary>A string, whatever it looks like: <c>String("true")</c> is written in quotes.</summary>
    public static YamlScalar String(string value) => new(value, ScalarKind.String, ScalarStyle.Plain, null, isAlias: false);

    /// <summary>A whole number.</summary>
    public static YamlScalar Integer(long value) =>
        new(value.ToString(System.Globalization.CultureInfo.InvariantCulture), ScalarKind.Integer, ScalarStyle.Plain, null, isAlias: false);

    /// <summary>A boolean.</summary>
    public static YamlScalar Boolean(bool value) => new(value ? "true" : "false", ScalarKind.Boolean, ScalarStyle.Plain, null, isAlias: false);

    /// <summary>No value.</summary>
    public static YamlScalar Null { get; } = new("null", ScalarKind.Null, ScalarStyle.Plain, null, isAlias: false);

    /// <summary>What the plain text <paramref name="text"/> means to Kubernetes: <c>0644</c> is 420, <c>on</c> is true.</summary>
    public static YamlScalar FromPlainText(string text)
    {
        var (kind, value) = PlainScalar.Resolve(text);
        return new YamlScalar(value, kind, ScalarStyle.Plain, null, isAlias: false);
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>One key of a mapping and its value.</summary>
/// <param name="Key">The key as Kubernetes reads it: <c>on</c> without quotes is <c>true</c>.</param>
/// <param name="Value">The value.</param>
/// <param name="KeySpan">Where the key stands; null for an entry that was made, or that came through a merge key (<c>&lt;&lt;</c>).</param>
public readonly record struct YamlEntry(string Key, YamlNode Value, SourceSpan? KeySpan = null);

/// <summary>Keys with values, in the order in which they were written. No key is there twice.</summary>
public sealed class YamlMapping : YamlNode
{
    /// <summary>An empty mapping.</summary>
    public static YamlMapping Empty { get; } = new([]);

    /// <summary>A mapping that was made, not read.</summary>
    public YamlMapping(ImmutableArray<YamlEntry> entries) : this(entries, isFlow: false, null, isAlias: false) { }

    /// <summary>A mapping that was made, not read; the keys must differ.</summary>
    public static YamlMapping Of(params ReadOnlySpan<(string Key, YamlNode Value)> entries)
    {
        var builder = ImmutableArray.CreateBuilder<YamlEntry>(entries.Length);
        foreach (var (key, value) in entries) builder.Add(new YamlEntry(key, value));
        return new YamlMapping(builder.MoveToImmutable());
    }

    internal YamlMapping(ImmutableArray<YamlEntry> entries, bool isFlow, SourceSpan? span, bool isAlias)
        : base(span, isAlias) => (Entries, IsFlow) = (entries, isFlow);

    /// <summary>The entries in the order of the source.</summary>
    public ImmutableArray<YamlEntry> Entries { get; }

    /// <summary>True when it is written in braces.</summary>
    public bool IsFlow { get; }

    /// <summary>The value of a key; null when the key is not there.</summary>
    public YamlNode? this[string key]
    {
        get
        {
            foreach (var entry in Entries)
                if (entry.Key == key)
                    return entry.Value;
            return null;
        }
    }

    /// <summary>The index of a key in <see cref="Entries"/>, or -1.</summary>
    public int IndexOf(string key)
    {
        for (var i = 0; i < Entries.Length; i++)
            if (Entries[i].Key == key)
                return i;
        return -1;
    }

    /// <summary>The same mapping with the key set to a value: replaced in its place, or added at the end.</summary>
    public YamlMapping With(string key, YamlNode value)
    {
        var index = IndexOf(key);
        return new YamlMapping(index < 0 ? Entries.Add(new YamlEntry(key, value)) : Entries.SetItem(index, Entries[index] with { Value = value }), IsFlow, Span, IsAlias);
    }

    /// <summary>The same mapping without the key; itself when the key is not there.</summary>
    public YamlMapping Without(string key)
    {
        var index = IndexOf(key);
        return index < 0 ? this : new YamlMapping(Entries.RemoveAt(index), IsFlow, Span, IsAlias);
    }
}

/// <summary>Values in order.</summary>
public sealed class YamlSequence : YamlNode
{
    /// <summary>A sequence that was made, not read.</summary>
    public YamlSequence(ImmutableArray<YamlNode> items) : this(items, isFlow: false, null, isAlias: false) { }

    /// <summary>A sequence that was made, not read.</summary>
    public static YamlSequence Of(IEnumerable<YamlNode> items) => new([.. items]);

    internal YamlSequence(ImmutableArray<YamlNode> items, bool isFlow, SourceSpan? span, bool isAlias)
        : base(span, isAlias) => (Items, IsFlow) = (items, isFlow);

    /// <summary>The items in order.</summary>
    public ImmutableArray<YamlNode> Items { get; }

    /// <summary>True when it is written in brackets.</summary>
    public bool IsFlow { get; }

    /// <summary>The same place in the source, with other items.</summary>
    public YamlSequence With(ImmutableArray<YamlNode> items) => new(items, IsFlow, Span, IsAlias);
}
