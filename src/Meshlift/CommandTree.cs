using System.CommandLine;
using System.CommandLine.Invocation;
using Meshlift.CommandLine.Commands;
using Meshlift.CommandLine.Output;
using Meshlift.CommandLine.Usage;
using Meshlift.Core;

namespace Meshlift.CommandLine;

/// <summary>All commands, and what becomes of their failures.</summary>
internal static class CommandTree
{
    // In the order of an upgrade, which is that of the help.
    private static readonly (string Name, Func<Command> Create)[] Commands =
    [
        ("init", InitCommand.Create),
        ("render", RenderCommand.Create),
        ("versions", VersionsCommand.Create),
        ("patch", PatchCommand.Create),
        ("tag", TagCommand.Create),
        ("migrate", MigrateCommand.Create),
        ("diff", DiffCommand.Create),
        ("check", CheckCommand.Create),
        ("status", StatusCommand.Create),
        ("explain", ExplainCommand.Create),
        ("drift", DriftCommand.Create),
        ("restart", RestartCommand.Create),
        ("simulate", SimulateCommand.Create),
        ("demo", DemoCommand.Create),
    ];

    /// <summary>Runs the program.</summary>
    /// <param name="args">Its arguments.</param>
    /// <param name="settings">Where it writes.</param>
    /// <param name="cancel">Interrupts it.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, InvocationConfiguration settings, CancellationToken cancel = default)
    {
        var root = new RootCommand("Upgrades Istio through Git: one version goes in, reviewed commits come out.");
        // To make a command takes milliseconds, so the one that is named is made alone; help and misspelt names need all.
        foreach (var create in args is [var name, ..] && Commands.FirstOrDefault(command => command.Name == name).Create is { } named ? [named] : Commands.Select(command => command.Create))
            root.Subcommands.Add(create());
        HelpText.Install(root);
        var parse = root.Parse(args);
        try
        {
            if (args.Count == 0)
            {
                // A script whose variable is empty must not succeed.
                HelpText.Write(root, settings.Error);
                return (int)ExitCode.Usage;
            }
            return parse.Action is ParseErrorAction ? throw UsageErrors.Of(parse) : await parse.InvokeAsync(settings, cancel);
        }
        catch (UserException e)
        {
            ErrorText.Write(settings.Error, e);
            return (int)(e.Kind switch { ErrorKind.Input => ExitCode.Usage, ErrorKind.Refused => ExitCode.Refused, _ => ExitCode.Environment });
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await settings.Error.WriteLineAsync("interrupted; nothing is half-written");
            return (int)ExitCode.Interrupted;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Adapters name the place; what gets here is mostly the output itself, such as a full disk behind a redirection.
            ErrorText.Write(settings.Error, new UserException(ErrorKind.Environment, e.Message, "see whether the disk is full and the folders are writable"));
            return (int)ExitCode.Environment;
        }
    }
}
