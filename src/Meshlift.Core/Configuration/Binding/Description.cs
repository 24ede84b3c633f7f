using System.Collections.Immutable;

namespace Meshlift.Core.Configuration.Binding;

/// <summary>What a value of the file may look like: the JSON Schema and the reference page are written from it. The set is closed.</summary>
/// <param name="Name">What a person calls the value, in the singular and without an article: "duration".</param>
internal abstract record Description(string Name)
{
    /// <summary>A single value.</summary>
    /// <param name="Name">What a person calls it.</param>
    /// <param name="JsonTypes">Its types in JSON Schema's words, at least one.</param>
    /// <param name="Pattern">A regular expression that every good text matches; it may let a bad one through. Null for none.</param>
    /// <param name="Meaning">How it is written and what it means; empty when the name says it all.</param>
    /// <param name="Examples">Good texts.</param>
    /// <param name="Least">The least number; null for none.</param>
    /// <param name="Most">The greatest number; null for none.</param>
    public sealed record Scalar(
        string Name, ImmutableArray<string> JsonTypes, string? Pattern, string Meaning, ImmutableArray<string> Examples, int? Least = null, int? Most = null) : Description(Name);

    /// <summary>One of a few words.</summary>
    /// <param name="Name">What a person calls it.</param>
    /// <param name="Words">The words with what each means; the meaning may be empty.</param>
    public sealed record Choice(string Name, ImmutableArray<(string Word, string Meaning)> Words) : Description(Name);

    /// <summary>Values in order.</summary>
    /// <param name="Item">What each item is.</param>
    /// <param name="IsNeverEmpty">True when at least one must be there.</param>
    public sealed record List(Description Item, bool IsNeverEmpty) : Description($"list of {Item.Name}");

    /// <summary>Keys of the user's own choice.</summary>
    /// <param name="Key">What each key is.</param>
    /// <param name="Value">What each value is.</param>
    public sealed record Map(Scalar Key, Description Value) : Description($"map of {Key.Name} to {Value.Name}");

    /// <summary>One of several forms.</summary>
    /// <param name="Forms">The forms.</param>
    public sealed record Either(ImmutableArray<Description> Forms) : Description(string.Join(" or ", Forms.Select(form => form.Name)));

    /// <summary>A mapping with known keys.</summary>
    /// <param name="Name">What a person calls it; unique in the whole file's description.</param>
    /// <param name="Meaning">What it is for.</param>
    /// <param name="Fields">Its keys in the order of the reference.</param>
    /// <param name="Groups">Sets of keys of which one must be there.</param>
    public sealed record Mapping(string Name, string Meaning, ImmutableArray<FieldDescription> Fields, ImmutableArray<KeyGroup> Groups) : Description(Name);

    /// <summary>Whatever YAML can say.</summary>
    public sealed record Anything() : Description("any value");
}

/// <summary>One known key of a mapping.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">What its value is.</param>
/// <param name="IsRequired">True when it must be there.</param>
/// <param name="Default">The YAML of what counts when it is absent; null when nothing does.</param>
/// <param name="Meaning">What it is for.</param>
internal sealed record FieldDescription(string Key, Description Value, bool IsRequired, string? Default, string Meaning);

/// <summary>Keys that depend on each other.</summary>
/// <param name="Keys">The keys.</param>
/// <param name="IsExclusive">True when exactly one must be there, false when at least one must.</param>
internal sealed record KeyGroup(ImmutableArray<string> Keys, bool IsExclusive);
