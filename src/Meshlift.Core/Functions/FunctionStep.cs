using System.Collections.Immutable;
using System.Text;
using Meshlift.Core.Classifying;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Core.Mutating;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Functions;

/// <summary>The mutation <c>function</c>, but for running the program: what it is given, and what becomes of what it gives back.</summary>
/// <param name="rendering">All resources.</param>
/// <param name="function">The mutation.</param>
/// <param name="setting">Where it stands in the configuration, for messages.</param>
public sealed class FunctionStep(ImmutableArray<ClassifiedResource> rendering, Mutation.Function function, string setting)
{
    private readonly ImmutableArray<ClassifiedResource> _given = [.. rendering.Where(one => function.Target?.Matches(one.Resource) != false)];

    /// <summary>The function in messages.</summary>
    public string Name { get; } = $"{setting}: the function {function.Exec}";

    /// <summary>What the program reads.</summary>
    public ReadOnlyMemory<byte> Input() => ResourceList.Write(_given, function.Config);

    /// <summary>The rendering after a run that ended well.</summary>
    /// <param name="output">What the program wrote.</param>
    /// <param name="revision">The rendered revision, to classify what was added.</param>
    /// <exception cref="UserException">The output is no ResourceList, renames a resource, collides with another one, or a result in it is an error.</exception>
    public Mutated Apply(ReadOnlyMemory<byte> output, RevisionName revision)
    {
        var results = ResourceList.ReadResults(output.Span, Name);
        if (results.Any(result => result.Severity == Severity.Error))
            throw new UserException(ErrorKind.Refused, $"{Name} says no{Lines(results)}", "correct what it names, or the function; nothing was written");
        var items = ResourceList.ReadItems(output.Span, _given, Name);
        var others = rendering.Except(_given).ToList();
        var taken = others.Select(one => one.Resource.Identity).ToHashSet();
        foreach (var (resource, _) in items)
            if (taken.Contains(resource.Identity))
                throw new UserException(ErrorKind.Input, $"{Name}: it adds {resource.Identity}, which is there already", "let its target match that resource, so that it can change it");
        var resources = others.Concat(items.Select(item => item.Before is { } before ? before.With(item.Resource.Root) : new ClassifiedResource(item.Resource, Classifier.Classify(item.Resource, revision))));
        var findings = results.Select(result => new Finding("ML1030", result.Severity, result.Message, result.Subject.Length == 0 ? setting : $"{setting}: {result.Subject}"));
        return new Mutated([.. resources.OrderBy(one => one.Resource.Identity)], [.. findings]);
    }

    /// <summary>What a program that failed says in its output beside its standard error: one line for each result; empty where it says nothing that can be read.</summary>
    public string Reasons(ReadOnlyMemory<byte> output)
    {
        try
        {
            return output.IsEmpty ? "" : Lines(ResourceList.ReadResults(output.Span, Name));
        }
        catch (UserException)
        {
            return "";
        }
    }

    private static string Lines(IEnumerable<FunctionResult> results)
    {
        const int most = 50;
        var lines = new StringBuilder();
        foreach (var result in results.Take(most)) lines.Append("\n  ").Append(result.Severity.ToString().ToLowerInvariant()).Append(' ').Append(result.Subject.Length == 0 ? "" : result.Subject + ": ").Append(result.Message);
        return lines.ToString();
    }
}
