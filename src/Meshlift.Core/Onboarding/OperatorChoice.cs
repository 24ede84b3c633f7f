using System.Collections.Immutable;
using Meshlift.Core.Findings;

namespace Meshlift.Core.Onboarding;

/// <summary>The IstioOperator files that the configuration names.</summary>
/// <param name="Files">In order.</param>
/// <param name="Findings">What a person should know.</param>
internal sealed record OperatorChoice(ImmutableArray<string> Files, ImmutableArray<Finding> Findings)
{
    public static OperatorChoice Choose(RepositoryShape shape, InitAnswers answers, ImmutableArray<InitQuestion>.Builder missing)
    {
        if (!answers.Operators.IsEmpty)
        {
            foreach (var given in answers.Operators)
                if (shape.Operators.All(one => one.Path != given.Value))
                    throw new UserException(ErrorKind.Input, $"{given} is no IstioOperator file", shape.Operators.IsEmpty ? "there is none in this repository" : $"there are {string.Join(", ", shape.Operators.Select(one => one.Path))}");
            return Of([.. answers.Operators.Select(given => given.Value)], shape, []);
        }
        if (Single(shape) is { } chosen)
        {
            var others = shape.Operators.Where(one => one.Path != chosen.Path && one.Digest != chosen.Digest).Select(one => one.Path).ToList();
            return Of([chosen.Path], shape, others);
        }
        missing.Add(shape.Operators.IsEmpty
            ? new InitQuestion("--operator", "Which file is the IstioOperator's?", [], "istio/istio.operator.yaml")
            : new InitQuestion("--operator", $"Which of these IstioOperator files make one control plane together, in order? {string.Join(", ", shape.Operators.Select(one => one.Path))}", [], string.Join(',', shape.Operators.Take(2).Select(one => one.Path))));
        return new OperatorChoice([], []);
    }

    private static OperatorInput? Single(RepositoryShape shape)
    {
        if (shape.Operators.DistinctBy(one => one.Digest, StringComparer.Ordinal).Count() == 1) return shape.Operators[0];
        // The newest control plane's own input is what the next one starts from.
        foreach (var plane in shape.Planes.Reverse())
        {
            var own = shape.Operators.Where(one => RepositoryTree.IsBelow(one.Path, plane.Own) && plane.Own.Length > 0).ToList();
            if (own.Count == 1) return own[0];
            own = [.. shape.Operators.Where(one => one.Revision is not null && one.Revision == plane.Revision)];
            if (own.Count == 1) return own[0];
        }
        // One for each cluster: they cannot be layers of each other.
        var byCluster = shape.Clusters.Select(cluster => shape.Operators.Where(one => cluster.Path != "." && RepositoryTree.IsBelow(one.Path, cluster.Path)).ToList()).ToList();
        return byCluster.Count > 1 && byCluster.All(own => own.Count == 1) && byCluster.Sum(own => own.Count) == shape.Operators.Length ? byCluster[0][0] : null;
    }

    private static OperatorChoice Of(ImmutableArray<string> files, RepositoryShape shape, List<string> others)
    {
        var findings = ImmutableArray.CreateBuilder<Finding>();
        if (others.Count > 0)
            findings.Add(new Finding("ML1051", Severity.Warning, $"{string.Join(", ", others)} {(others.Count == 1 ? "says" : "say")} something else, and one set of IstioOperator files renders for every cluster and revision; what must differ becomes a patch of the revision or cluster", files[0]));
        foreach (var input in shape.Operators.Where(one => files.Contains(one.Path, StringComparer.Ordinal)))
            foreach (var pin in input.Pins)
                findings.Add(new Finding("ML1053", Severity.Warning, $"{pin} holds for one version alone; before the next version write {(pin.StartsWith("spec.tag", StringComparison.Ordinal) ? "${version}" : "${revision}")} in its place, or remove it", input.Path));
        return new OperatorChoice(files, findings.DrainToImmutable());
    }
}
