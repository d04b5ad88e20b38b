// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {CoreEvents, Governed} from "./Settlement.sol";

/// Starknet's core contract in miniature: the views, events, order of words and rule of facts of
/// the real one (updateState, data as calldata), messages with a fee, and a registry of facts of
/// its own in place of a verifier: who proves something is believed.
contract Core is CoreEvents {
    uint256 public stateRoot;
    int256 public stateBlockNumber = -1;
    uint256 public stateBlockHash;
    uint256 public programHash;
    uint256 public configHash;
    uint256 public l1ToL2MessageNonce;
    mapping(address => bool) public isOperator;
    mapping(bytes32 => uint256) public l1ToL2Messages;
    mapping(bytes32 => uint256) public l2ToL1Messages;
    mapping(bytes32 => uint256) public l1ToL2MessageCancellations;
    address private immutable governor = msg.sender;

    error Refused(string why);

    constructor(uint256 program, uint256 config, address operator) {
        (programHash, configHash, isOperator[operator]) = (program, config, true);
        emit LogNewGovernorAccepted(msg.sender);
        emit ProgramHashChanged(msg.sender, 0, program);
        emit ConfigHashChanged(msg.sender, 0, config);
        emit LogOperatorAdded(operator);
    }

    function setProgramHash(uint256 later) external {
        if (msg.sender != governor) revert Refused("ONLY_GOVERNANCE");
        emit ProgramHashChanged(msg.sender, programHash, later);
        programHash = later;
    }

    function registerFact(bytes32 fact) external {
        isValid[fact] = true;
    }

    /// Words: root before and after, number before and after, hash before and after, program of the
    /// operating system (0: not named), configuration, blobs (0), full output (0), messages.
    function updateState(uint256[] calldata output, uint256 dataHash, uint256 dataSize) external {
        if (!isOperator[msg.sender]) revert Refused("ONLY_OPERATOR");
        if (output[0] != stateRoot) revert Refused("INVALID_PREVIOUS_ROOT");
        if (number(output[2]) != stateBlockNumber) revert Refused("INVALID_PREV_BLOCK_NUMBER");
        if (output[4] != stateBlockHash) revert Refused("INVALID_PREV_BLOCK_HASH");
        if (output[7] != configHash) revert Refused("INVALID_CONFIG_HASH");
        bytes32 tree = keccak256(
            abi.encodePacked(
                keccak256(abi.encodePacked(output)), output.length, dataHash, output.length + dataSize
            )
        );
        bytes32 fact = bytes32(uint256(tree) + 1);
        if (!isValid[keccak256(abi.encode(programHash, fact))]) revert Refused("NO_STATE_TRANSITION_PROOF");
        emit LogStateTransitionFact(fact);
        uint256 at = toL1(output, 10);
        toL2(output, at);
        (stateRoot, stateBlockNumber, stateBlockHash) = (output[1], number(output[3]), output[5]);
        emit LogStateUpdate(output[1], number(output[3]), output[5]);
    }

    function number(uint256 word) private pure returns (int256) {
        // The block before the first is minus one in the field.
        return word == 2 ** 251 + 17 * 2 ** 192 ? -1 : int256(word);
    }

    function toL1(uint256[] calldata output, uint256 at) private returns (uint256) {
        uint256 end = at + 1 + output[at];
        at += 1;
        while (at < end) {
            (uint256 from, address to) = (output[at], address(uint160(output[at + 1])));
            uint256[] calldata payload = output[at + 3:at + 3 + output[at + 2]];
            l2ToL1Messages[this.l2ToL1MsgHash(from, to, payload)] += 1;
            emit LogMessageToL1(from, to, payload);
            at += 3 + payload.length;
        }
        return at;
    }

    function toL2(uint256[] calldata output, uint256 at) private {
        uint256 end = at + 1 + output[at];
        at += 1;
        while (at < end) {
            address from = address(uint160(output[at]));
            uint256[] calldata payload = output[at + 5:at + 5 + output[at + 4]];
            bytes32 name =
                this.l1ToL2MsgHash(from, output[at + 1], output[at + 3], payload, output[at + 2]);
            if (l1ToL2Messages[name] == 0) revert Refused("INVALID_MESSAGE_TO_CONSUME");
            l1ToL2Messages[name] = 0;
            emit ConsumedMessageToL2(from, output[at + 1], output[at + 3], payload, output[at + 2]);
            at += 5 + payload.length;
        }
    }

    function sendMessageToL2(uint256 to, uint256 selector, uint256[] calldata payload) external payable {
        uint256 nonce = l1ToL2MessageNonce++;
        l1ToL2Messages[this.l1ToL2MsgHash(msg.sender, to, selector, payload, nonce)] = msg.value + 1;
        emit LogMessageToL2(msg.sender, to, selector, payload, nonce, msg.value);
    }

    function consumeMessageFromL2(uint256 from, uint256[] calldata payload) external {
        bytes32 name = this.l2ToL1MsgHash(from, msg.sender, payload);
        if (l2ToL1Messages[name] == 0) revert Refused("INVALID_MESSAGE_TO_CONSUME");
        l2ToL1Messages[name] -= 1;
        emit ConsumedMessageToL1(from, msg.sender, payload);
    }

    function startL1ToL2MessageCancellation(
        uint256 to, uint256 selector, uint256[] calldata payload, uint256 nonce
    ) external {
        bytes32 name = this.l1ToL2MsgHash(msg.sender, to, selector, payload, nonce);
        if (l1ToL2Messages[name] == 0) revert Refused("NO_MESSAGE_TO_CANCEL");
        l1ToL2MessageCancellations[name] = block.timestamp;
        emit MessageToL2CancellationStarted(msg.sender, to, selector, payload, nonce);
    }

    function cancelL1ToL2Message(
        uint256 to, uint256 selector, uint256[] calldata payload, uint256 nonce
    ) external {
        bytes32 name = this.l1ToL2MsgHash(msg.sender, to, selector, payload, nonce);
        uint256 asked = l1ToL2MessageCancellations[name];
        if (asked == 0 || block.timestamp < asked + 5 days) revert Refused("MESSAGE_CANCELLATION_NOT_ALLOWED_YET");
        l1ToL2Messages[name] = 0;
        emit MessageToL2Canceled(msg.sender, to, selector, payload, nonce);
    }
}

/// A StarkEx exchange in miniature: what its operator says is its state, sequence by sequence.
contract Exchange is Governed {
    event LogRootUpdate(
        uint256 sequenceNumber, uint256 batchId,
        uint256 validiumVaultRoot, uint256 rollupVaultRoot, uint256 orderRoot
    );

    uint256 public sequenceNumber;
    uint256 public lastBatchId;
    uint256 public validiumVaultRoot;
    uint256 public rollupVaultRoot;
    uint256 public orderRoot;
    address private immutable operator = msg.sender;

    function updateState(uint256 batch, uint256 validium, uint256 rollup, uint256 orders, bytes32 fact) external {
        require(msg.sender == operator && batch > lastBatchId, "ONLY_OPERATOR");
        (lastBatchId, validiumVaultRoot, rollupVaultRoot, orderRoot) = (batch, validium, rollup, orders);
        emit LogStateTransitionFact(fact);
        emit LogRootUpdate(++sequenceNumber, batch, validium, rollup, orders);
    }
}
