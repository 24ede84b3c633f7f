using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Yaml;

namespace Meshlift.Core.Configuration.Binding;

/// <summary>Values in order. Items that are wrong are reported one by one; the list then lacks them.</summary>
internal sealed class ListShape<T>(Shape<T> item, bool isNeverEmpty) : Shape<ImmutableArray<T>>
{
    public override ImmutableArray<T> Read(YamlNode node, string path, Reading reading)
    {
        if (node is not YamlSequence sequence)
        {
            reading.Report(node, $"{path} must be a list, not {Kind(node)}; begin each item with '- ', or put them into [ ]");
            return [];
        }
        if (isNeverEmpty && sequence.Items.IsEmpty) reading.Report(node, $"{path} needs at least one item");
        var items = ImmutableArray.CreateBuilder<T>(sequence.Items.Length);
        for (var i = 0; i < sequence.Items.Length; i++)
        {
            var before = reading.Count;
            var value = item.Read(sequence.Items[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), reading);
            if (reading.Count == before) items.Add(value);
        }
        return items.DrainToImmutable();
    }

    public override Description Describe() => new Description.List(item.Describe(), isNeverEmpty);
}

/// <summary>Keys of the user's own choice, in the order of the file.</summary>
internal sealed class MapShape<TKey, TValue>(TextShape<TKey> key, Shape<TValue> value) : Shape<ImmutableArray<KeyValuePair<TKey, TValue>>>
{
    public override ImmutableArray<KeyValuePair<TKey, TValue>> Read(YamlNode node, string path, Reading reading)
    {
        if (node is not YamlMapping { Entries.IsEmpty: false } mapping)
        {
            reading.Report(node, $"{path} must be a {Describe().Name}, not {(node is YamlMapping ? "an empty one" : Kind(node))}");
            return [];
        }
        var entries = ImmutableArray.CreateBuilder<KeyValuePair<TKey, TValue>>(mapping.Entries.Length);
        foreach (var entry in mapping.Entries)
        {
            var before = reading.Count;
            TKey name = default!;
            try
            {
                name = key.ReadKey(entry.Key);
            }
            catch (UserException e)
            {
                reading.Report(entry.KeySpan?.Start ?? node.Span!.Value.Start, $"{e.Message}; {e.Remedy}");
            }
            var content = value.Read(entry.Value, $"{path}.{Quoted.Cut(entry.Key)}", reading);
            if (reading.Count == before) entries.Add(new KeyValuePair<TKey, TValue>(name, content));
        }
        return entries.DrainToImmutable();
    }

    public override Description Describe() => new Description.Map(key.Scalar, value.Describe());
}

/// <summary>One of two forms that YAML itself tells apart.</summary>
/// <param name="isSecond">True for a node that has the second form.</param>
/// <param name="first">The usual form, also of what is neither.</param>
/// <param name="second">The other form.</param>
internal sealed class EitherShape<T>(Func<YamlNode, bool> isSecond, Shape<T> first, Shape<T> second) : Shape<T>
{
    public override T Read(YamlNode node, string path, Reading reading) => (isSecond(node) ? second : first).Read(node, path, reading);

    public override Description Describe() => new Description.Either([first.Describe(), second.Describe()]);
}

/// <summary>Another shape's value, turned into something else.</summary>
internal sealed class MappedShape<TFrom, T>(Shape<TFrom> inner, Func<TFrom, T> map) : Shape<T>
{
    public override T Read(YamlNode node, string path, Reading reading)
    {
        var before = reading.Count;
        var value = inner.Read(node, path, reading);
        return reading.Count == before ? map(value) : default!;
    }

    public override Description Describe() => inner.Describe();
}

/// <summary>A mapping with known keys.</summary>
/// <param name="name">What a person calls it; unique.</param>
/// <param name="meaning">What it is for.</param>
/// <param name="declare">Asks for the fields and makes the value of them; run for reading and for describing alike.</param>
internal sealed class MappingShape<T>(string name, string meaning, Func<Fields, T> declare) : Shape<T>
{
    public override T Read(YamlNode node, string path, Reading reading)
    {
        if (node is not YamlMapping mapping)
        {
            reading.Report(node, $"{(path.Length == 0 ? "the file" : path)} must be a mapping ({name}), not {Kind(node)}");
            return default!;
        }
        var fields = new FieldReader(mapping, path, reading);
        var value = declare(fields);
        fields.Finish();
        return value;
    }

    public override Description Describe()
    {
        var fields = new FieldDescriber();
        _ = declare(fields);
        return new Description.Mapping(name, meaning, fields.Described, fields.Groups);
    }
}
