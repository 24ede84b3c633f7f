using System.Collections.Immutable;

namespace Meshlift.Yaml.Editing;

/// <summary>Walks a path over a document and notes an exact edit for each place it leads to.</summary>
internal sealed class PathResolver(YamlChange change, ImmutableArray<ExactEdit>.Builder edits)
{
    private readonly ImmutableArray<YamlPathStep> _steps = change.Path.Steps;

    public void Visit(YamlNode? node, ImmutableArray<YamlPathStep> prefix)
    {
        if (prefix.Length == _steps.Length)
        {
            Arrived(node, prefix);
            return;
        }
        if (node is null or YamlScalar { Kind: ScalarKind.Null })
        {
            Absent(node, prefix);
            return;
        }
        switch (_steps[prefix.Length], node)
        {
            case (YamlPathStep.Key(var key) step, YamlMapping mapping):
                if (change is YamlChange.Rename(_, var newKey) && prefix.Length == _steps.Length - 1 && newKey != key && mapping.IndexOf(newKey) >= 0)
                    throw Wrong($"the key {newKey} is there already", node);
                Visit(mapping[key], prefix.Add(step));
                break;
            case (YamlPathStep.Index(var index) step, YamlSequence sequence):
                if (index < sequence.Items.Length) Visit(sequence.Items[index], prefix.Add(step));
                else if (change is YamlChange.Insert insert && prefix.Length == _steps.Length - 1 && index == sequence.Items.Length) edits.Add(new ExactEdit.Insert(prefix.Add(step), insert.Value));
                else if (change is not YamlChange.Remove) throw Wrong($"{Written(prefix)} has {sequence.Items.Length} items", node);
                break;
            case (YamlPathStep.Every, YamlSequence sequence):
                for (var i = 0; i < sequence.Items.Length; i++) Selected(sequence.Items[i], prefix, i);
                break;
            case (YamlPathStep.Match(var field, var value), YamlSequence sequence):
                var any = false;
                for (var i = 0; i < sequence.Items.Length; i++)
                {
                    if (sequence.Items[i] is not YamlMapping item || item[field] is not YamlScalar scalar || scalar.Value != value) continue;
                    any = true;
                    Selected(item, prefix, i);
                }
                if (!any && change is not YamlChange.Remove) throw Wrong($"{Written(prefix)} has no item with {field}={value}", node);
                break;
            case (YamlPathStep.Key(var key), _):
                throw Wrong($"{Written(prefix)} is {Kind(node)}, which has no key {key}", node);
            default:
                throw Wrong($"{Written(prefix)} is {Kind(node)}, which has no items", node);
        }
    }

    private void Selected(YamlNode item, ImmutableArray<YamlPathStep> prefix, int index)
    {
        if (change is YamlChange.Insert && prefix.Length == _steps.Length - 1) throw Wrong("an item is inserted at an index", item);
        Visit(item, prefix.Add(new YamlPathStep.Index(index)));
    }

    private void Arrived(YamlNode? node, ImmutableArray<YamlPathStep> path)
    {
        switch (change)
        {
            case YamlChange.Set(_, var value) when node is null:
                edits.Add(new ExactEdit.Insert(path, value));
                break;
            case YamlChange.Set(_, var value):
                if (!YamlEquality.Instance.Equals(node, value)) edits.Add(new ExactEdit.Replace(path, value));
                break;
            case YamlChange.Insert(_, var value) when node is null || path[^1] is YamlPathStep.Index:
                edits.Add(new ExactEdit.Insert(path, value));
                break;
            case YamlChange.Insert:
                throw Wrong("the key is there already", node);
            case YamlChange.Append(_, var value):
                if (node is YamlSequence sequence) edits.Add(new ExactEdit.Insert(path.Add(new YamlPathStep.Index(sequence.Items.Length)), value));
                else if (node is null) edits.Add(new ExactEdit.Insert(path, new YamlSequence([value])));
                else if (node is YamlScalar { Kind: ScalarKind.Null }) edits.Add(new ExactEdit.Replace(path, new YamlSequence([value])));
                else throw Wrong($"it is {Kind(node)}, not a sequence", node);
                break;
            case YamlChange.Remove when node is not null:
                edits.Add(new ExactEdit.Remove(path));
                break;
            case YamlChange.Rename(_, var newKey):
                Renamed(node, path, newKey);
                break;
        }
    }

    private void Renamed(YamlNode? node, ImmutableArray<YamlPathStep> path, string newKey)
    {
        if (path[^1] is not YamlPathStep.Key(var key)) throw Wrong("only a key has a name", node);
        if (node is null) throw Wrong("it is not there", node);
        if (key != newKey) edits.Add(new ExactEdit.Rename(path, newKey));
    }

    /// <summary>Nothing is at <paramref name="prefix"/>, or null is, and the path goes on.</summary>
    private void Absent(YamlNode? node, ImmutableArray<YamlPathStep> prefix)
    {
        if (change is YamlChange.Remove) return;
        if (change is YamlChange.Rename) throw Wrong("it is not there", node);
        var value = change switch
        {
            YamlChange.Set set => set.Value,
            YamlChange.Insert insert => insert.Value,
            _ => new YamlSequence([((YamlChange.Append)change).Value]),
        };
        for (var i = _steps.Length - 1; i >= prefix.Length; i--)
        {
            value = _steps[i] switch
            {
                YamlPathStep.Key(var key) => new YamlMapping([new YamlEntry(key, value)]),
                YamlPathStep.Index(0) when i == _steps.Length - 1 && change is YamlChange.Insert => new YamlSequence([value]),
                YamlPathStep.Every => throw Wrong($"{Written(prefix)} has no items", node),
                _ => throw Wrong($"{Written(prefix)} is not there, so nothing can be selected in it", node),
            };
        }
        edits.Add(node is null && prefix.Length > 0 ? new ExactEdit.Insert(prefix, value) : new ExactEdit.Replace(prefix, value));
    }

    private YamlEditException Wrong(string reason, YamlNode? node) => YamlEditException.Because(reason, change, node?.Span?.Start);

    private static string Written(ImmutableArray<YamlPathStep> path) => path.IsEmpty ? "the document" : YamlPath.Of(path.AsSpan()).ToString();

    private static string Kind(YamlNode node) => node switch
    {
        YamlMapping => "a mapping",
        YamlSequence => "a sequence",
        _ => $"the single value '{node}'",
    };
}
