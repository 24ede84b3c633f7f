using System.CommandLine;
using Meshlift.Engine.Rendering;

namespace Meshlift.CommandLine.Commands;

/// <summary>The options by which commands choose clusters: <c>--cluster</c>, <c>--environment</c>, <c>--all-clusters</c>.</summary>
internal sealed class ClusterOptions
{
    private readonly Option<string[]> _cluster = new("--cluster") { Description = "Only this cluster; may be given several times.", HelpName = "NAME", AllowMultipleArgumentsPerToken = false };
    private readonly Option<string?> _environment = new("--environment") { Description = "All clusters of this environment. Default: the first environment.", HelpName = "NAME" };
    private readonly Option<bool> _all = new("--all-clusters") { Description = "Every cluster of every environment." };

    /// <summary>Adds them to a command, which then refuses more than one of them.</summary>
    public void AddTo(Command command)
    {
        Option[] options = [_cluster, _environment, _all];
        foreach (var option in options) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (options.Count(option => result.GetResult(option) is { Implicit: false }) > 1) result.AddError("--cluster, --environment and --all-clusters exclude each other");
        });
    }

    /// <summary>What was chosen.</summary>
    public ClusterChoice Choice(ParseResult parse) => new([.. parse.GetValue(_cluster) ?? []], parse.GetValue(_environment), parse.GetValue(_all));
}
