namespace Meshlift.Yaml.Editing;

/// <summary>A change to the value of a document. The set is closed: <see cref="YamlEdit"/> knows how to write each into a person's file.</summary>
public abstract record YamlChange
{
    private YamlChange(YamlPath path) => Path = path;

    /// <summary>Where. A selector such as <c>[name=x]</c> or <c>[*]</c> changes every item that it selects.</summary>
    public YamlPath Path { get; }

    /// <summary>
    /// Gives a place a value. What is there is replaced; keys that are missing on the way are created as mappings, at the end of theirs.
    /// Of a mapping or sequence that is there already only what differs is touched.
    /// </summary>
    /// <param name="Path">Where; a selector or an index must select something that is there.</param>
    /// <param name="Value">The value.</param>
    public sealed record Set(YamlPath Path, YamlNode Value) : YamlChange(Path);

    /// <summary>Takes a key or an item away. What is not there needs no change. A collection that becomes empty stays, as <c>{}</c> or <c>[]</c>.</summary>
    /// <param name="Path">What.</param>
    public sealed record Remove(YamlPath Path) : YamlChange(Path);

    /// <summary>Adds a key that is not there yet, at the end of its mapping, or an item before the one that now has its index.</summary>
    /// <param name="Path">Where it will stand; ends in a key or in an index from 0 to the number of items.</param>
    /// <param name="Value">The value.</param>
    public sealed record Insert(YamlPath Path, YamlNode Value) : YamlChange(Path);

    /// <summary>Adds an item at the end of a sequence, which is created if it is not there.</summary>
    /// <param name="Path">The sequence.</param>
    /// <param name="Value">The item.</param>
    public sealed record Append(YamlPath Path, YamlNode Value) : YamlChange(Path);

    /// <summary>Gives a key another name, in its place.</summary>
    /// <param name="Path">The key, which must be there.</param>
    /// <param name="NewKey">The name, which no other key of the mapping may have.</param>
    public sealed record Rename(YamlPath Path, string NewKey) : YamlChange(Path);

    /// <summary>The value of the document after the change, as a value: nothing of the text is looked at.</summary>
    /// <param name="root">The root before; null for an empty document.</param>
    /// <returns>The root afterwards; null only when nothing was changed in an empty document.</returns>
    /// <exception cref="YamlEditException">The path does not fit the document.</exception>
    public YamlNode? ApplyTo(YamlNode? root) => ExactEdit.Of(this, root).Aggregate(root, (value, edit) => edit.ApplyTo(value));

    /// <summary>The change in words, as an instruction to a person.</summary>
    internal string Instruction => this switch
    {
        Set set => $"set {Path} to {FlowText.Short(set.Value)}",
        Remove => $"remove {Path}",
        Insert insert => $"insert {FlowText.Short(insert.Value)} as {Path}",
        Append append => $"append {FlowText.Short(append.Value)} to {Path}",
        Rename rename => $"rename the last key of {Path} to {rename.NewKey}",
        _ => Path.ToString(),
    };
}
