using System.Collections.Immutable;
using Meshlift.Adapters.Functions;
using Meshlift.Core;
using Meshlift.Core.Classifying;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;
using Meshlift.Core.Functions;
using Meshlift.Core.Mutating;
using Meshlift.Core.Versions;

namespace Meshlift.Engine.Rendering;

/// <summary>The step <c>mutate</c>: the changes of <c>spec.mutate</c>, in their order; the functions among them are programs that are run.</summary>
/// <param name="functions">Runs functions.</param>
/// <param name="root">The folder of <c>meshlift.yaml</c>.</param>
public sealed class MutationRun(FunctionProgram functions, string root)
{
    /// <summary>Mutates a rendering.</summary>
    /// <exception cref="UserException">A mutation would rename a resource, cannot be made in a document, or is a function that failed or says no.</exception>
    public async Task<Mutated> RunAsync(ImmutableArray<ClassifiedResource> rendering, IReadOnlyList<Mutation> mutations, RevisionName revision, CancellationToken cancel)
    {
        var findings = ImmutableArray.CreateBuilder<Finding>();
        for (var i = 0; i < mutations.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            var setting = $"spec.mutate[{i}]";
            var mutated = mutations[i] is Mutation.Function function ? await RunAsync(new FunctionStep(rendering, function, setting), function, revision, cancel) : Mutator.Apply(rendering, mutations[i], setting);
            rendering = mutated.Resources;
            findings.AddRange(mutated.Findings);
        }
        return new Mutated(rendering, findings.DrainToImmutable());
    }

    private async Task<Mutated> RunAsync(FunctionStep step, Mutation.Function function, RevisionName revision, CancellationToken cancel)
    {
        var ran = await functions.RunAsync(root, function.Exec, function.Arguments, step.Input(), function.Timeout, step.Name, cancel);
        if (ran.ExitCode == 0) return step.Apply(ran.Output, revision);
        var failure = ran.Failure("");
        throw new UserException(ErrorKind.Input, $"{step.Name}: {failure.Message}{step.Reasons(ran.Output)}", "correct what it names, or the function; nothing was written");
    }
}
