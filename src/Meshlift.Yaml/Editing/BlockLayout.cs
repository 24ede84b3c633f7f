namespace Meshlift.Yaml.Editing;

/// <summary>How a person indents: taken from what stands nearest to the edit.</summary>
/// <param name="Mapping">Columns between a key and the keys of the mapping below it.</param>
/// <param name="Sequence">Columns between a key and the dashes of the sequence below it; often 0.</param>
internal readonly record struct BlockLayout(int Mapping, int Sequence)
{
    /// <summary>The layout around a place; two columns, and sequences not indented, where the document shows none.</summary>
    public static BlockLayout Near(SourceDocument source, int place)
    {
        var nearest = new Nearest(source, place);
        if (source.Root is { } root) nearest.Visit(root);
        return new BlockLayout(nearest.Mapping.Columns, nearest.Sequence.Columns);
    }

    private sealed class Nearest(SourceDocument source, int place)
    {
        public (int Distance, int Columns) Mapping { get; private set; } = (int.MaxValue, 2);

        public (int Distance, int Columns) Sequence { get; private set; } = (int.MaxValue, 0);

        public void Visit(YamlNode node)
        {
            if (node.IsAlias) return;
            switch (node)
            {
                case YamlMapping mapping:
                    foreach (var entry in mapping.Entries)
                    {
                        if (entry.KeySpan is not { } key) continue;
                        if (!mapping.IsFlow) Note(key.Start.Offset, entry.Value);
                        Visit(entry.Value);
                    }
                    break;
                case YamlSequence sequence:
                    foreach (var item in sequence.Items) Visit(item);
                    break;
            }
        }

        private void Note(int key, YamlNode value)
        {
            if (value.IsAlias || value is YamlScalar or YamlMapping { IsFlow: true } or YamlSequence { IsFlow: true }) return;
            var columns = source.Column(source.ContentStart(value)) - source.Column(key);
            var distance = Math.Abs(key - place);
            if (value is YamlMapping && columns > 0 && distance < Mapping.Distance) Mapping = (distance, columns);
            else if (value is YamlSequence && columns >= 0 && distance < Sequence.Distance) Sequence = (distance, columns);
        }
    }
}
