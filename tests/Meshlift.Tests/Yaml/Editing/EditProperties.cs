using System.Collections.Immutable;
using Meshlift.Yaml;
using Meshlift.Yaml.Editing;

namespace Meshlift.Tests.Yaml.Editing;

/// <summary>What every edit must keep, checked without the editor's own notion of where things stand.</summary>
internal static class EditProperties
{
    private static readonly YamlNode[] Values =
    [
        YamlScalar.String("plain"), YamlScalar.String("on"), YamlScalar.String("it's: a \"b\" #c"), YamlScalar.String(""), YamlScalar.String("two\nlines\n"), YamlScalar.String("  in\nout\n\n"),
        YamlScalar.String("tab\tand [x], {y}"), YamlScalar.Integer(42), YamlScalar.Boolean(true), YamlScalar.Null, YamlMapping.Empty, new YamlSequence([]),
        YamlReader.Read("{b: 1, a: [x, {y: 1, z: [1, 2]}], c: {}, 'on': {d: {e: f}}}")!, YamlReader.Read("- 1\n- - 2\n  - 3\n- a: |\n    two\n    lines\n  b: c\n")!,
    ];

    /// <summary>A change that fits the document, at a random place.</summary>
    public static YamlChange? Random(YamlNode root, Random random)
    {
        var places = new List<(ImmutableArray<YamlPathStep> Path, YamlNode Node)>();
        Collect(root, [], places);
        var (path, node) = places[random.Next(places.Count)];
        var value = Values[random.Next(Values.Length)];
        YamlChange? inside = node switch
        {
            YamlMapping mapping when mapping["new/key"] is null => new YamlChange.Insert(At(path.Add(new YamlPathStep.Key("new/key"))), value),
            YamlSequence sequence => new YamlChange.Insert(At(path.Add(new YamlPathStep.Index(random.Next(sequence.Items.Length + 1)))), value),
            _ => null,
        };
        if (path.IsEmpty || (inside is not null && random.Next(3) == 0)) return inside;
        return random.Next(4) switch
        {
            0 => new YamlChange.Remove(At(path)),
            1 when path[^1] is YamlPathStep.Key => new YamlChange.Rename(At(path), random.Next(2) == 0 ? "renamed" : "on, {renamed}: 'it'"),
            _ => new YamlChange.Set(At(path), value),
        };
    }

    private static YamlPath At(ImmutableArray<YamlPathStep> path) => YamlPath.Of(path.AsSpan());

    private static void Collect(YamlNode node, ImmutableArray<YamlPathStep> path, List<(ImmutableArray<YamlPathStep>, YamlNode)> places)
    {
        places.Add((path, node));
        if (node is YamlMapping mapping)
            foreach (var entry in mapping.Entries) Collect(entry.Value, path.Add(new YamlPathStep.Key(entry.Key)), places);
        if (node is YamlSequence sequence)
            for (var i = 0; i < sequence.Items.Length; i++) Collect(sequence.Items[i], path.Add(new YamlPathStep.Index(i)), places);
    }

    /// <summary>Makes the change and checks all that must hold.</summary>
    /// <param name="text">A document.</param>
    /// <param name="root">What it reads as.</param>
    /// <param name="change">A change at one place, without selectors.</param>
    /// <returns>The new text.</returns>
    public static string Check(string text, YamlNode root, YamlChange change)
    {
        var result = YamlEdit.Apply(text, change);
        try
        {
            var intended = change.ApplyTo(root)!;
            Assert.True(YamlEquality.Instance.Equals(intended, YamlReader.Read(result)), "the result has another value than intended");
            if (YamlEquality.Instance.Equals(root, intended)) Assert.Equal(text, result);
            CheckPlace(text, root, change, result);
            Assert.Equal(text.StartsWith('\uFEFF'), result.StartsWith('\uFEFF'));
            if (text.Contains('\n', StringComparison.Ordinal) && text.Split('\n')[..^1].All(line => line.EndsWith('\r')))
                Assert.All(result.Split('\n')[..^1], line => Assert.EndsWith("\r", line));
            if (change is YamlChange.Set or YamlChange.Remove { Path.Steps: [.., YamlPathStep.Key] }) Assert.Equal(result, YamlEdit.Apply(result, change));
        }
        catch (Exception e) when (e is not YamlEditException)
        {
            throw new InvalidOperationException($"{change.GetType().Name} {change.Path}\n--- before\n{text}\n--- after\n{result}\n---", e);
        }
        return result;
    }

    private static void CheckPlace(string text, YamlNode root, YamlChange change, string result)
    {
        var chain = new List<(YamlNode Node, int Start)> { (root, root.Span!.Value.Start.Offset) };
        foreach (var step in change.Path.Steps)
        {
            var (child, start) = step switch
            {
                YamlPathStep.Key(var key) when ((YamlMapping)chain[^1].Node).Entries.FirstOrDefault(entry => entry.Key == key) is { KeySpan: { } span } entry => (entry.Value, span.Start.Offset),
                YamlPathStep.Index(var i) when (YamlSequence)chain[^1].Node is var sequence && i < sequence.Items.Length => (sequence.Items[i], Dash(text, sequence, i)),
                _ => (null, 0),
            };
            if (child is not null) chain.Add((child, start));
        }
        var (node, owner) = chain[^1];
        switch (change)
        {
            case YamlChange.Insert when (chain.Count > change.Path.Steps.Length ? chain[^2].Node : node) is YamlMapping { Entries.IsEmpty: false } or YamlSequence { Items.IsEmpty: false }:
                Assert.True(IsWithin(text, result), "something that was there is gone");
                break;
            case YamlChange.Rename:
                var key = chain[^2].Node is YamlMapping mapping ? mapping.Entries.First(entry => entry.KeySpan!.Value.Start.Offset == owner).KeySpan!.Value : default;
                OnlyBetween(text, result, key.Start.Offset, key.End.Offset);
                break;
            case YamlChange.Set(_, YamlScalar { Kind: not ScalarKind.String }) when node is YamlScalar { Style: not (ScalarStyle.Literal or ScalarStyle.Folded) }:
                OnlyBetween(text, result, node.Span!.Value.Start.Offset, node.Span.Value.End.Offset);
                break;
            case YamlChange.Remove:
                var siblings = chain[^2].Node is YamlMapping { Entries.Length: var entries } ? entries : ((YamlSequence)chain[^2].Node).Items.Length;
                // A collection that becomes empty is written anew, behind its key.
                Check(siblings == 1 ? chain[^2].Start : LineStart(text, owner));
                break;
            default:
                Check(owner);
                break;
        }

        void Check(int from)
        {
            var isFlow = chain.SkipLast(1).Any(link => link.Node is YamlMapping { IsFlow: true } or YamlSequence { IsFlow: true });
            var end = LineEnd(text, node.Span!.Value.Start.Offset + text[node.Span.Value.Start.Offset..node.Span.Value.End.Offset].TrimEnd().Length);
            // In brackets the comma before a last element goes too, and it may stand lines above.
            var comma = isFlow && change is YamlChange.Remove ? text.LastIndexOf(',', from) : from;
            // At the end of a text without a last line break, that of the line before goes.
            if (comma > 0 && !text.EndsWith('\n') && Below(text, end) == text.Length) comma = text[..comma].TrimEnd().Length;
            OnlyBetween(text, result, Math.Min(from, comma < 0 ? from : comma), Below(text, end));
            var kept = Comments(text, 0, LineStart(text, from)).Concat(Comments(text, end, text.Length).SkipWhile(comment => comment.Column > owner - LineStart(text, owner))).Select(comment => comment.Line);
            var rest = new Queue<string>(kept);
            foreach (var (line, _) in Comments(result, 0, result.Length))
                if (rest.TryPeek(out var next) && next == line)
                    rest.Dequeue();
            Assert.True(rest.Count == 0, $"the comment '{rest.FirstOrDefault()}' is gone");
        }
    }

    private static int Dash(string text, YamlSequence sequence, int index)
    {
        if (sequence.IsFlow) return sequence.Items[index].Span!.Value.Start.Offset;
        var at = index == 0 ? sequence.Span!.Value.Start.Offset : sequence.Items[index - 1].Span!.Value.End.Offset;
        while (text[at] != '-') at = text[at] == '#' ? LineEnd(text, at) : at + 1;
        return at;
    }

    private static void OnlyBetween(string text, string result, int from, int to)
    {
        var same = text.AsSpan().CommonPrefixLength(result);
        Assert.True(same >= from, $"something before the place has changed, at {same}, not at {from}");
        var tail = 0;
        while (tail < text.Length - from && tail < result.Length - from && text[^(tail + 1)] == result[^(tail + 1)]) tail++;
        Assert.True(text.Length - tail <= to || to == text.Length, $"something behind the place has changed, at {text.Length - tail}, not before {to}");
    }

    /// <summary>True when all of <paramref name="part"/> stands in <paramref name="whole"/>, in order.</summary>
    private static bool IsWithin(string part, string whole)
    {
        var at = 0;
        foreach (var c in whole)
            if (at < part.Length && part[at] == c) at++;
        return at == part.Length;
    }

    private static IEnumerable<(string Line, int Column)> Comments(string text, int from, int to) =>
        text[from..to].TrimStart('\uFEFF').Split('\n').Where(line => line.TrimStart(' ', '\t').StartsWith('#')).Select(line => (line.TrimEnd('\r'), line.Length - line.TrimStart(' ', '\t').Length));

    private static int LineStart(string text, int at) => at == 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;

    private static int LineEnd(string text, int at) => text.IndexOf('\n', Math.Min(at, text.Length)) is var end and >= 0 ? end + 1 : text.Length;

    /// <summary>Moves down over blank lines and comments, to the next thing.</summary>
    private static int Below(string text, int lineEnd)
    {
        while (lineEnd < text.Length && text[lineEnd..LineEnd(text, lineEnd)].Trim() is "" or ['#', ..]) lineEnd = LineEnd(text, lineEnd);
        // What follows moves up behind the dash of a compact item.
        while (lineEnd < text.Length && text[lineEnd] == ' ') lineEnd++;
        return lineEnd;
    }
}
